import os

from ayrshare import AuthenticatedClient
from ayrshare.api.user import get_user
from ayrshare.models import Error, InstagramAccount

client = AuthenticatedClient(
    base_url=os.environ.get("AYRSHARE_BASE_URL", "https://app.ayrshare.com/api"),
    token=os.environ["AYRSHARE_API_KEY"],
    headers={"Profile-Key": os.environ["AYRSHARE_PROFILE_KEY"]},
)
user = get_user.sync(client=client, instagram_quota=True)
if user is None or isinstance(user, Error):
    raise SystemExit(f"no user: {user}")
for account in user.display_names or []:
    if isinstance(account, InstagramAccount):
        print(user.title, "has used", account.used_quota, "of its daily Instagram posts")
