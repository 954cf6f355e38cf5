"""Printed cells in, the panel out: every judgement is made here and leaves a row in the audit."""
