"""Numbers in addresses: every one of the project is bounded."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.converters import IntConverter
from django.urls.exceptions import Resolver404

from courseware.core.addresses import Number

#: allauth's own. It asks plain querysets, in which Django itself finds nothing for such a number.
THEIRS = {"keys/<int:pk>/"}


def patterns(resolver: URLResolver) -> Iterator[URLPattern | URLResolver]:
    for pattern in resolver.url_patterns:
        yield pattern
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern)


def test_no_address_takes_a_number_that_a_database_cannot_hold() -> None:
    converters = [
        (str(pattern.pattern), converter)
        for pattern in patterns(get_resolver())
        for converter in pattern.pattern.converters.values()
        if isinstance(converter, IntConverter)
    ]
    unbounded = [where for where, own in converters if not isinstance(own, Number)]
    assert set(unbounded) == THEIRS
    assert len(converters) >= 4  # the walk reaches them


@pytest.mark.parametrize(
    "address",
    [
        "/attempts/01a20e05-066f-71f1-9cc4-8f66ffed440e/{}/",
        "/attempts/01a20e05-066f-71f1-9cc4-8f66ffed440e/{}/save",
        "/admin/courses/edition/01a20e05-066f-71f1-9cc4-8f66ffed440e/pictures/{}/remove/",
        "/admin/quizzes/question/{}/preview/",
    ],
)
def test_a_longer_number_is_no_address(address: str) -> None:
    name = resolve(address.format(10**18 - 1)).url_name
    for number in (10**18, 2**63, -1):
        try:
            found = resolve(address.format(number)).url_name
        except Resolver404:
            continue
        assert found != name  # the admin's catch-all
