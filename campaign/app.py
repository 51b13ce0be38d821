"""The composition root: settings in, app out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask, request, session
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from campaign import error_pages, features, formatting, logs, sessions, web
from campaign.accounts.models import User
from campaign.config import MAX_CHUNK_BYTES, Settings
from campaign.db import db
from campaign.errors import CampaignError
from campaign.i18n import CHINESE, ENGLISH, OurBabel
from campaign.storage import Storage

ROOT = Path(__file__).resolve().parent.parent
LOCALES = (CHINESE, ENGLISH)
FORM_LIMIT_BYTES = 64 * 1024 * 1024

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=True)


class RefusedToServe(CampaignError):  # noqa: N818 - said to the administrator, not raised at users
    """The settings are not fit to serve with; the text says what to do."""


def create_app(settings: Settings, *, serving: bool = True) -> Flask:
    """Build the app for these settings; refuses to build one that would be unsafe to serve.

    With `serving` off it may be looked at all the same, as the doctor does.
    """
    problem = settings.fault() or (settings.danger() if serving else None)
    if problem is not None:
        raise RefusedToServe(problem.msgid, **problem.params)
    logs.configure(as_json=settings.log_json)
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    if settings.proxies:
        # Host is passed on by the proxy itself; a header for it could be a visitor's own.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0
        )
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        TESTING=settings.mode == "testing",
        SQLALCHEMY_ENGINES={"default": {"url": settings.sqlalchemy_url, "pool_pre_ping": True}},
        MAX_CONTENT_LENGTH=max(FORM_LIMIT_BYTES, MAX_CHUNK_BYTES * 2),
        MAX_FORM_MEMORY_SIZE=8 * 1024 * 1024,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.https_only,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        BABEL_DEFAULT_LOCALE="zh_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "campaign" / "translations"),
        BOOTSTRAP_SERVE_LOCAL=True,
        RATELIMIT_ENABLED=settings.mode != "testing",
        JSON_AS_ASCII=False,
    )
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app.extensions["storage"] = Storage(settings.data_dir / "assets")
    db.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    Bootstrap5(app)
    OurBabel(app, locale_selector=chosen_locale)
    _install_login(app)
    formatting.register(app)
    logs.register(app)
    sessions.register(app)
    error_pages.register(app)
    web.register(app)
    features.register(app)
    return app


def chosen_locale() -> str:
    """The language of this request: the switch, else the account, else Chinese."""
    if not request:
        return "zh_CN"
    chosen = session.get("locale")
    if chosen in LOCALES:
        return str(chosen)
    if current_user and current_user.is_authenticated and current_user.locale in LOCALES:
        return str(current_user.locale)
    return "zh_CN"


def _install_login(app: Flask) -> None:
    manager = LoginManager()
    manager.init_app(app)

    @manager.user_loader
    def load_user(user_id: str) -> User | None:
        user = db.session.get(User, int(user_id))
        return user if user is not None and user.active else None
