"""The values that flow through a run: frozen, without behaviour that reaches outside."""
