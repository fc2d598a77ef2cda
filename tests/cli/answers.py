"""What a broker answers in whose world all is well, for its stand-in."""

from world import ROLE

THEN = 4102444800  # 2100-01-01
ENDPOINT = "http://127.0.0.1:4711/v1/credentials"
ACCOUNT = ["ACCOUNT", "123456789012"]


def role(name, description="", account_name=""):
    """One of ROLES."""
    return [
        ["ROLE", name],
        ACCOUNT if account_name else ["ACCOUNT", ""],
        ["ACCOUNT_NAME", account_name],
        ["DESCRIPTION", description],
    ]


LAST = [["CURSOR", 9], ["MORE", 0], ["DONE", 0], ["TOTAL", 0]]


def session(name, url, expires=THEN, renews=0, ended=0):
    """One of SESSIONS."""
    return [
        ["SERVER", name],
        ["URL", url],
        ["EXPIRES", expires],
        ["RENEWS", renews],
        ["ENDED", ended],
    ]


CODE = {
    "SERVER": "contoso",
    "GRANT": 1,
    "SECONDS": 60,
    "URL": "http://127.0.0.1:4711/auth/3PFM3UhFenrxmDYV1zHWdw",
    "LONG_URL": "https://contoso.example.com/mairu/oauth/authorize"
    "?response_type=code&client_id=mairu"
    "&redirect_uri=http%3A%2F%2F127.0.0.1%3A4711%2Foauth2callback"
    "&scope=profile&state=C8BOav22pVBvS6z8vGLz_wvXSDT7VgIHgpMF1Tw_kiY",
    "PORT": 4711,
}
DEVICE = {
    "SERVER": "contoso",
    "GRANT": 2,
    "SECONDS": 60,
    "URL": "https://device.sso.eu-west-1.amazonaws.com/",
    "USER_CODE": "HJKL-MNPQ",
    "COMPLETE": "https://device.sso.eu-west-1.amazonaws.com/"
    "?user_code=HJKL-MNPQ",
}


def good(world):
    """Answers to every request."""
    return {
        "QUIT": {},
        "INFO": {"VERSION": "", "PID": 4711},
        "STATUS": {
            "PID": 4711,
            "VERSION": world.version,
            "STARTED": 7300,
            "CLIENTS": 1,
            "GRANTS": 1,
            "LOCKED": 1,
            "CONFINED": "system calls, files, ports, signals",
            "UNCONFINED": "",
            "URL": ENDPOINT,
            "LOG": world.state + "/log/mairu-broker.log",
            "SETTINGS": "{}",
            "UNVERIFIED": 0,
            "CLOCK_HOST": "",
            "AHEAD": 0,
        },
        "RELOAD": {},
        "REVOKE": {"COUNT": 1},
        "GRANT": {
            "URL": ENDPOINT,
            "TOKEN": "Bearer " + "t" * 43,
        },
        "LOGIN": CODE,
        "LOGIN_WAIT": {"EXPIRES": THEN},
        "LOGIN_STOP": {},
        "LOGIN_PASTE": {},
        "LOGOUT": [["SERVER", "contoso"], ["MESSAGE", ""]],
        "SESSIONS": session("contoso", "https://contoso.example.com/mairu/"),
        "ROLE": {
            "KEY_ID": "ASIAFAKE",
            "SECRET_KEY": "se/cret",
            "SESSION_TOKEN": "token==",
            "EXPIRES": THEN,
            "RENEW_AT": THEN - 60,
        },
        "LEND": {"URL": ENDPOINT, "TOKEN": "Bearer " + "l" * 43},
        "LENT": {},
        "RENEW": {"SERVER": "contoso", "EXPIRES": THEN},
        "ROLES": [
            *role(ROLE, "", "contoso-development"),
            *role("123456789012/AdministratorAccess", "", "contoso-development"),
            *LAST,
        ],
        "START_URL": {"URL": "https://contoso.awsapps.com/start"},
        "REGISTER": {"EXPIRES": THEN},
        "NOTICES": {},
        "WHOAMI": {
            "SERVER": "contoso",
            "ROLE": ROLE,
            "ACCOUNT": "123456789012",
            "ARN": "arn:aws:sts::123456789012:assumed-role/Dev/me@example.com",
            "ALIAS": "contoso-development",
            "EXPIRES": THEN,
        },
    }
