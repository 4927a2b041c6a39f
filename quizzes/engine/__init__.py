"""The quiz engine: what a question is, how it is shown, read, marked and explained.

Everything below this package is pure: plain values in, plain values out. It must not import
Django, read a clock, open a file or touch the network; chance comes in as a seeded generator.

    messages    the sentences a person may read, marked for translation
    content     what every question has; faults an author made, with their place
    words       how two texts are compared
    tokens      random names for options, so that a page says nothing about the key
    responses   how posted fields are read, and how a malformed answer is refused
    explanation what a result page shows
    choices     what can be chosen, and what was, for counting
    contract    the verbs every question type answers to
    options     what the three choice types share
    types/      one file per question type
    registry    which types exist
    envelope    what the course needs to know of a question besides its content
    carrying    the words of another language in a changed structure
    writing     what an author may write at all
    lint        hints to an author: what a question gives away
    draw        which questions an attempt gets
    testrules   which rules of a test came later
    review      what is shown when
    marking     from marks to a result
    errata      what an attempt earns once a question has turned out wrong
    statistics/ what many attempts say about a test and its questions
"""
