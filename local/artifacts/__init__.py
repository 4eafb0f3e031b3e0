"""What ``make build`` does after ``sam build``. Standard library only: the runtime's Python runs it."""
