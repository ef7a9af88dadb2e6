class Unreadable(Exception):
    """Coverage data is there but could not be turned into figures."""
