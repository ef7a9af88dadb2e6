"""Checks of files: artifacts, exports, key links."""
