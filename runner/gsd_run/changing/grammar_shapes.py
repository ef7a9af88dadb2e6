"""How languages write definitions, by the kinds of their grammars' nodes, for merging."""

from msgspec import Struct

COMMENTS = frozenset(
    {"comment", "line_comment", "block_comment", "multiline_comment", "html_comment"}
)

# Texts that may span lines, which then must not be indented anew.
STRINGS = frozenset(
    {"string", "template_string", "raw_string_literal", "string_literal", "heredoc_body",
     "heredoc", "nowdoc", "text_block", "encapsed_string", "verbatim_string_literal",
     "interpolated_string_expression", "multi_line_string_literal", "multiline_string_literal",
     "raw_string", "multi_line_text_block", "string_array", "jsx_text", "regex"}
)  # fmt: skip


class Shape(Struct, frozen=True, kw_only=True):
    """What of a language's grammar defines something by name.

    `spaces` gives for each kind of definition the space that its name is in: two definitions are
    the same if space and name are. `containers` are merged member by member; all else is replaced
    whole. `bodies` hold members. `declarators` are the nodes in which the names of `values`
    stand. `wrappers` stand around a definition (`export`). `attached` are siblings above a
    definition that belong to it. `fixed` must be in the file as they are in the block. `spread`
    are only folders of definitions: where a file has one such, what is given without it is
    looked for inside. `overloads` says that several functions of a name may stand side by side.
    `around` is what members need around them to be parsed.
    """

    spaces: dict[str, str]
    imports: frozenset[str]
    values: frozenset[str] = frozenset()
    declarators: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset({"identifier"})
    containers: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    wrappers: frozenset[str] = frozenset()
    attached: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    spread: frozenset[str] = frozenset()
    statements: frozenset[str] = frozenset()
    signatures: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    overloads: bool = False
    around: tuple[str, str] | None = None


def _kinds(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _spaces(**kinds: str) -> dict[str, str]:
    return {
        kind: "" if space == "own" else space for space, all_ in kinds.items()
        for kind in all_.split()
    }  # fmt: skip


_BRACES = ("class {name} {{", "}}")

_ECMASCRIPT = Shape(
    spaces=_spaces(
        own="function_declaration generator_function_declaration class_declaration class "
        "abstract_class_declaration enum_declaration lexical_declaration variable_declaration "
        "function_signature method_definition public_field_definition "
        "field_definition abstract_method_signature method_signature property_signature "
        "index_signature call_signature construct_signature class_static_block",
        type="interface_declaration type_alias_declaration",
        namespace="internal_module module",
    ),
    imports=_kinds("import_statement"),
    values=_kinds("lexical_declaration variable_declaration"),
    declarators=_kinds("variable_declarator"),
    containers=_kinds(
        "class_declaration class abstract_class_declaration interface_declaration internal_module "
        "module"
    ),
    bodies=_kinds("class_body interface_body statement_block object_type"),
    wrappers=_kinds("export_statement ambient_declaration"),
    attached=_kinds("decorator"),
    statements=_kinds("expression_statement"),
    signatures=_kinds("function_signature method_signature"),
    around=_BRACES,
)

SHAPES = {
    "typescript": _ECMASCRIPT,
    "tsx": _ECMASCRIPT,
    "javascript": _ECMASCRIPT,
    "go": Shape(
        spaces=_spaces(
            own="function_declaration method_declaration type_declaration const_declaration "
            "var_declaration type_spec type_alias const_spec var_spec"
        ),
        imports=_kinds("import_declaration"),
        values=_kinds("type_declaration const_declaration var_declaration"),
        declarators=_kinds("type_spec type_alias const_spec var_spec"),
        names=_kinds("identifier type_identifier"),
        fixed=_kinds("package_clause"),
    ),
    "rust": Shape(
        spaces=_spaces(
            fn="function_item function_signature_item",
            type="struct_item enum_item union_item type_item trait_item associated_type",
            value="const_item static_item",
            mod="mod_item",
            impl="impl_item",
            macro="macro_definition",
        ),
        imports=_kinds("use_declaration"),
        names=_kinds("identifier type_identifier"),
        containers=_kinds("impl_item trait_item mod_item"),
        bodies=_kinds("declaration_list"),
        attached=_kinds("attribute_item"),
        fixed=_kinds("inner_attribute_item"),
        around=("impl {name} {{", "}}"),
    ),
    "java": Shape(
        spaces=_spaces(
            type="class_declaration interface_declaration enum_declaration record_declaration "
            "annotation_type_declaration",
            method="method_declaration constructor_declaration compact_constructor_declaration "
            "annotation_type_element_declaration",
            field="field_declaration constant_declaration",
        ),
        imports=_kinds("import_declaration"),
        values=_kinds("field_declaration constant_declaration"),
        declarators=_kinds("variable_declarator"),
        containers=_kinds(
            "class_declaration interface_declaration record_declaration annotation_type_declaration"
        ),
        bodies=_kinds("class_body interface_body annotation_type_body"),
        fixed=_kinds("package_declaration"),
        parameters=_kinds("formal_parameters"),
        overloads=True,
        around=_BRACES,
    ),
    "csharp": Shape(
        spaces=_spaces(
            type="class_declaration interface_declaration enum_declaration record_declaration "
            "record_struct_declaration struct_declaration delegate_declaration",
            method="method_declaration constructor_declaration destructor_declaration "
            "operator_declaration conversion_operator_declaration indexer_declaration",
            field="field_declaration event_field_declaration property_declaration "
            "event_declaration",
            namespace="namespace_declaration",
        ),
        imports=_kinds("using_directive"),
        values=_kinds("field_declaration event_field_declaration"),
        declarators=_kinds("variable_declarator"),
        containers=_kinds(
            "class_declaration interface_declaration record_declaration struct_declaration "
            "record_struct_declaration namespace_declaration"
        ),
        bodies=_kinds("declaration_list"),
        fixed=_kinds("file_scoped_namespace_declaration"),
        spread=_kinds("namespace_declaration"),
        parameters=_kinds("parameter_list bracketed_parameter_list"),
        overloads=True,
        around=_BRACES,
    ),
    "php": Shape(
        spaces=_spaces(
            type="class_declaration interface_declaration trait_declaration enum_declaration",
            function="function_definition method_declaration",
            constant="const_declaration",
            property="property_declaration",
            use="use_declaration",
            namespace="namespace_definition",
        ),
        imports=_kinds("namespace_use_declaration"),
        values=_kinds("const_declaration property_declaration"),
        declarators=_kinds("const_element property_element"),
        names=_kinds("name variable_name"),
        containers=_kinds("class_declaration interface_declaration trait_declaration"),
        bodies=_kinds("declaration_list"),
        fixed=_kinds("namespace_definition declare_statement"),
        around=_BRACES,
    ),
    "kotlin": Shape(
        spaces=_spaces(
            type="class_declaration object_declaration type_alias companion_object",
            fun="function_declaration secondary_constructor",
            value="property_declaration",
            init="anonymous_initializer",
        ),
        imports=_kinds("import_header"),
        values=_kinds("property_declaration"),
        declarators=_kinds("variable_declaration"),
        names=_kinds("simple_identifier type_identifier"),
        containers=_kinds("class_declaration object_declaration companion_object"),
        bodies=_kinds("class_body"),
        fixed=_kinds("package_header"),
        parameters=_kinds("function_value_parameters"),
        overloads=True,
        around=_BRACES,
    ),
    "swift": Shape(
        spaces=_spaces(
            type="class_declaration protocol_declaration typealias_declaration "
            "associatedtype_declaration",
            func="function_declaration protocol_function_declaration init_declaration "
            "deinit_declaration subscript_declaration",
            value="property_declaration protocol_property_declaration",
        ),
        imports=_kinds("import_declaration"),
        values=_kinds("property_declaration protocol_property_declaration"),
        declarators=_kinds("pattern"),
        names=_kinds("simple_identifier type_identifier user_type"),
        containers=_kinds("class_declaration protocol_declaration"),
        bodies=_kinds("class_body protocol_body"),
        parameters=_kinds("parameter"),
        overloads=True,
        around=_BRACES,
    ),
    "ruby": Shape(
        spaces=_spaces(
            type="class module",
            method="method",
            singleton="singleton_method singleton_class",
            alias="alias",
        ),
        imports=frozenset(),
        names=_kinds("constant identifier scope_resolution"),
        containers=_kinds("class module singleton_class"),
        bodies=_kinds("body_statement"),
        statements=_kinds("call assignment identifier"),
        around=("class {name}", "end"),
    ),
}  # fmt: skip
