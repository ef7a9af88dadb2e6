"""Quotes of the shell: whether one is open at the end of a text."""


def open_quote(text: str, quote: str = "") -> str:
    """Return the quote that is open after a text, "" for none; `quote` is open before it."""
    skip = False
    for character in text:
        if skip:
            skip = False
        elif character == "\\" and quote != "'":
            skip = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
    return quote
