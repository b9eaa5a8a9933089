"""What these tests need of the site, so that they stand when its pages move."""

from django.http import HttpResponse
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView


class WhoAmI(APIView):
    def get(self, request):
        return Response({"email": request.user.email})


urlpatterns = [
    path("sign-in/", lambda request: HttpResponse("Sign in"), name="sign-in"),
    path("whoami/", WhoAmI.as_view()),
]
