"""What single commands do that reaches beyond the project; one module for each thing they harm."""
