"""From a truth to what shows it: one module for each family of rules."""
