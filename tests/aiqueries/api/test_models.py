"""GET /api/v1/ai/models/"""

from decimal import Decimal

import pytest

from aiqueries.models import Price
from tests.aiqueries.api.conftest import assert_refused

pytestmark = pytest.mark.django_db
MODELS = "ai/models/"


def test_the_models_are_told_in_the_order_in_which_they_are_asked(as_ben, settings):
    settings.AI_ROUTES = ["openai/large", "offline/parrot-1"]
    Price.objects.create(
        provider="openai",
        model="large",
        input_per_million=Decimal("2.5"),
        output_per_million=Decimal(10),
    )

    assert as_ben.read(MODELS).json() == {
        "models": [
            {
                "model": "openai/large",
                "provider": "openai",
                "outside": True,
                "takes_secure": False,
                "free": False,
                "input_per_million": "2.500000",
                "output_per_million": "10.000000",
            },
            {
                "model": "offline/parrot-1",
                "provider": "offline",
                "outside": False,
                "takes_secure": True,
                "free": True,
                "input_per_million": "0.000000",
                "output_per_million": "0.000000",
            },
        ]
    }


def test_a_model_that_nobody_has_set_a_price_for_says_so(as_ben, settings):
    settings.AI_ROUTES = ["openai/unheard-of"]

    (model,) = as_ben.read(MODELS).json()["models"]

    assert (model["free"], model["input_per_million"]) == (False, None)


def test_auditors_may_look(as_vera):
    assert as_vera.read(MODELS).status_code == 200


def test_who_has_no_business_here_may_not(as_cleo):
    assert_refused(as_cleo.read(MODELS), 403, "not_an_asker")
