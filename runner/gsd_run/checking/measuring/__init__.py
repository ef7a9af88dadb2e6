"""Running a script and writing down what it showed, and what that can tell."""
