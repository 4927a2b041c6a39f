"""What many attempts say about a test and its questions. Pure: numbers in, numbers out.

    samples         middle, spread, shape, correlation of lists of numbers
    intervals       how far a number can be trusted
    marks           the marks of many attempts in compact columns; the rest in per cent
    items           facility, discrimination, efficiency, weight
    reliability     internal consistency where draws differ; error ratio; luck of the draw
    whole           the numbers of a test
    thirds          strong, middle and weak
    options         who chooses what
    drift           by month, with an alarm
    timing          time on a question
    confidence      sure and wrong
    suppression     which units may be shown
    stored          numbers to JSON and back
    verdicts        what a question's numbers mean and what to do
    whole_verdicts  the same of a test

docs/reference/statistics.md says each formula in words.
"""
