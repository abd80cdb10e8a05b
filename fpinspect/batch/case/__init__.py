"""Cases: what was examined, how, with what result, and a chain of records that says so.

The door is `fpinspect.batch.case.store.Case`; `values` holds what crosses it, `arrays` what is
kept of an image, `audit` the chain.
"""
