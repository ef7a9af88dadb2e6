"""What services that build and test projects are given: verdicts in the forms that they read."""
