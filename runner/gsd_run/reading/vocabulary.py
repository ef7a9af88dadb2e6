"""The names of a plan's elements as GSD spells them."""

from functools import lru_cache

TASKS = frozenset(("task", "feature", "checkpoint"))
CONTAINERS = frozenset(("tasks", *TASKS))

_PLANNING = ("objective", "execution_context", "context", "interfaces", "threat_model", "goal")
_CLOSING = ("verification", "success_criteria", "output", "user_setup", "metadata", "must_haves")
SECTIONS = frozenset((*_PLANNING, *_CLOSING))

_NAMING = ("name", "title", "files", "read_first", "precondition", "reversibility")
_WORK = ("action", "behavior", "implementation", "instructions", "description")
_PROVING = ("verify", "automated", "fails_when", "human-check", "acceptance_criteria", "done")
_CHECKPOINT = ("what-built", "how-to-verify", "resume-signal", "decision", "options")
TASK_ELEMENTS = frozenset((*_NAMING, *_WORK, *_PROVING, *_CHECKPOINT))

KNOWN = CONTAINERS | SECTIONS | TASK_ELEMENTS

_SPELLED = {
    **{name.replace("-", "_"): name for name in KNOWN},
    # the same by other names
    "acceptance": "acceptance_criteria",
    "done_when": "done",
    "human_checks": "human-check",
    "how_to_test": "how-to-verify",
}


@lru_cache(4096)
def canonical(name: str) -> str:
    """Return a tag's name in GSD's spelling, or in lower case where GSD has no such tag."""
    lower = name.lower()
    if lower.startswith("checkpoint:"):
        return "checkpoint"
    return _SPELLED.get(lower.replace("-", "_"), lower)


# Headings of plans without tags, in the languages that people write them in.
TASK_WORDS = (
    "Task", "Step", "Aufgabe", "Schritt", "Tâche", "Étape", "Tarea", "Paso", "Tarefa", "Passo",
    "Etapa", "Attività", "Compito", "Taak", "Stap", "Zadanie", "Uppgift", "Görev", "Задача", "Шаг",
    "Завдання", "Крок",
)  # fmt: skip
TASK_SIGNS = ("任务", "步骤", "タスク", "ステップ", "작업", "태스크", "단계")  # no space after them
# Those that never name a step within a task.
TASK_NAMES = frozenset(
    ("task", "aufgabe", "tâche", "tarea", "tarefa", "attività", "compito", "taak", "zadanie",
     "uppgift", "görev", "задача", "завдання", "任务", "タスク", "작업", "태스크")
)  # fmt: skip
HEADINGS = {
    **dict.fromkeys(
        ("objective", "objectives", "goal", "goals", "description", "ziel", "objectif", "objetivo",
         "obiettivo", "doel", "цель", "мета", "目标", "目的", "목표"),
        "objective",
    ),
    **dict.fromkeys(
        ("context", "kontext", "contexte", "contexto", "contesto", "контекст", "上下文", "背景",
         "コンテキスト", "컨텍스트"),
        "context",
    ),
    **dict.fromkeys(
        ("verification", "verify", "verification plan", "verification steps",
         "verification criteria", "test plan", "überprüfung", "verifikation", "vérification",
         "verificación", "verificação", "verifica", "проверка", "перевірка", "验证", "検証",
         "검증"),
        "verification",
    ),
    **dict.fromkeys(
        ("success criteria", "acceptance criteria", "definition of done", "done when",
         "erfolgskriterien", "akzeptanzkriterien", "critères de succès", "criterios de éxito",
         "criterios de aceptación", "critérios de sucesso", "critérios de aceitação",
         "criteri di successo", "критерии успеха", "критерии приёмки", "成功标准", "验收标准",
         "成功基準", "성공 기준"),
        "success_criteria",
    ),
    "output": "output",
    "threat model": "threat_model",
}  # fmt: skip
# What labels of a task's parts say, in these languages.
LABELS = {
    **dict.fromkeys(
        ("dateien", "datei", "fichiers", "archivos", "arquivos", "file coinvolti", "bestanden",
         "файлы", "文件", "ファイル", "파일"),
        "files",
    ),
    **dict.fromkeys(
        ("aktion", "acción", "ação", "azione", "actie", "действие", "操作", "アクション", "작업"),
        "action",
    ),
    **dict.fromkeys(
        ("prüfung", "überprüfung", "verifikation", "vérification", "verificación", "verificação",
         "verifica", "verificatie", "проверка", "验证", "検証", "검증"),
        "verify",
    ),
    **dict.fromkeys(
        ("fertig", "fertig wenn", "terminé", "hecho", "concluído", "fatto", "klaar", "готово",
         "完成", "完了", "완료"),
        "done",
    ),
}  # fmt: skip
