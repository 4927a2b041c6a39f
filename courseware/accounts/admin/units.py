"""The tree of the force."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from courseware.accounts import actions
from courseware.accounts.admin.by_role import ByRole, actor
from courseware.accounts.models import Unit


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Unit
        fields = ["name", "code", "parent", "closed_on"]

    def clean_parent(self) -> Unit | None:
        parent: Unit | None = self.cleaned_data["parent"]
        if self.instance.pk:
            actions.check_move(unit=self.instance, parent=parent)
        return parent


@admin.register(Unit)
class UnitAdmin(ByRole):
    needs = "courseware.manage_people"
    form = UnitForm
    list_display = ("name", "code", "parent", "closed_on")
    list_select_related = ("parent",)
    search_fields = ("name", "code")
    autocomplete_fields = ("parent",)

    def save_model(self, request: HttpRequest, obj: Unit, form: Any, change: bool) -> None:
        by, now, data = actor(request), timezone.now(), form.cleaned_data
        if change:
            changes = {name: data[name] for name in form.changed_data if name != "parent"}
            actions.update_unit(unit=obj, by=by, now=now, **changes)
            actions.move_unit(unit=Unit(pk=obj.pk), parent=data["parent"], by=by, now=now)
            return
        made = actions.create_unit(
            name=data["name"], code=data["code"], parent=data["parent"], by=by, now=now
        )
        if data["closed_on"]:
            actions.update_unit(unit=made, by=by, now=now, closed_on=data["closed_on"])
        obj.pk = made.pk
