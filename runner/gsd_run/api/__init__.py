"""What other programs may call: plans read, linted, judged and carried out, as typed values.

Everything of it is imported from `gsd_run` itself; docs/python-api.md is about it.
"""
