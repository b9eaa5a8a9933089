"""What is left to spend."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from aiqueries.api.outputs import MoneyField
from aiqueries.kinds import Period, Scope
from aiqueries.selectors.money import budget_state


class BudgetSerializer(serializers.Serializer[Any]):
    """
    A budget that your queries count against, in the day or month (UTC) that is under way.

    `reserved` is what calls under way may cost at the most, `left` what new ones may come to;
    `warned` tells that four fifths were used.
    """

    scope = serializers.ChoiceField(Scope.choices)
    whose = serializers.CharField()
    period = serializers.ChoiceField(Period.choices)
    starts_on = serializers.DateField()
    resets_at = serializers.DateTimeField()
    amount = MoneyField()
    spent = MoneyField()
    reserved = MoneyField()
    left = MoneyField()
    warned = serializers.BooleanField()


class BudgetsSerializer(serializers.Serializer[Any]):
    budgets = BudgetSerializer(many=True)


class Budgets(APIView):
    @extend_schema(operation_id="list_ai_budgets", responses=BudgetsSerializer)
    def get(self, request: Request) -> Response:
        """
        The budgets that your queries count against: your own, your groups', everybody's.

        A query goes out if each has room for the most it may cost. Without any, nothing limits.
        """
        states = budget_state(cast(User, request.user))
        return Response(BudgetsSerializer({"budgets": states}).data)
