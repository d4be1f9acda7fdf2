"""SQLAlchemy 2, synchronous, with sqlite3 and psycopg. It answers the lines that protocol/src/lib.rs describes."""

import gc
import struct
import sys
import threading
import time
from typing import Optional

from sqlalchemy import Column, ForeignKey, Table, create_engine, event, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload
from sqlalchemy.pool import QueuePool

GETS, POOL, TASKS, DOOMED = 1_000, 8, 64, 1_000_000
SHAPES = {"small": (1, 3, 2), "large": (100, 10, 10)}


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int]
    title: Mapped[str]
    year: Mapped[int]
    price: Mapped[float]


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    country: Mapped[str]
    books: Mapped[list["Book"]] = relationship(
        back_populates="author", cascade="all, delete-orphan", order_by="Book.id", passive_deletes=True
    )


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id", ondelete="CASCADE"))
    title: Mapped[str]
    year: Mapped[int]
    author: Mapped["Author"] = relationship(back_populates="books")
    reviews: Mapped[list["Review"]] = relationship(
        back_populates="book", cascade="all, delete-orphan", order_by="Review.id", passive_deletes=True
    )


class Review(Base):
    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"))
    stars: Mapped[int]
    body: Mapped[str]
    book: Mapped["Book"] = relationship(back_populates="reviews")


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    hair_color: Mapped[Optional[str]]
    posts: Mapped[list["Post"]] = relationship(order_by="Post.id")


class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str]
    body: Mapped[Optional[str]]
    comments: Mapped[list["Comment"]] = relationship(order_by="Comment.id")


class Comment(Base):
    __tablename__ = "comments"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    text: Mapped[str]


note_tags = Table(
    "note_tags",
    Base.metadata,
    Column("note_id", ForeignKey("notes.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    tags: Mapped[list["Tag"]] = relationship(secondary=note_tags, order_by="Tag.id")


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Reading(Base):
    __tablename__ = "readings"
    id: Mapped[int] = mapped_column(primary_key=True)
    sensor: Mapped[int]
    value: Mapped[float]


MASK = (1 << 64) - 1


class Sum:
    """As in protocol/src/lib.rs."""

    def __init__(self):
        self.value = 0xCBF29CE484222325

    def int(self, number):
        value = ((self.value ^ (number & MASK)) * 0x9E3779B97F4A7C15) & MASK
        self.value = value ^ (value >> 29)
        return self

    def real(self, number):
        return self.int(struct.unpack("<q", struct.pack("<d", number))[0])

    def text(self, text):
        data = text.encode()
        self.int(len(data))
        for at in range(0, len(data), 8):
            self.int(int.from_bytes(data[at : at + 8].ljust(8, b"\0"), "little"))
        return self

    def maybe(self, text):
        return self.int(0) if text is None else self.int(1).text(text)


def sum_items(items):
    total = Sum()
    for item in items:
        total.int(item.id).int(item.author_id).text(item.title).int(item.year).real(item.price)
    return total.value


def sum_graph(authors):
    total = Sum()
    for author in authors:
        total.int(author.id).text(author.name).text(author.country)
        for book in author.books:
            total.int(book.id).text(book.title).int(book.year)
            for review in book.reviews:
                total.int(review.id).int(review.stars).text(review.body)
    return total.value


def sum_pairs(pairs):
    total = Sum()
    for user, post in pairs:
        total.int(user.id).text(user.name).maybe(user.hair_color)
        if post is not None:
            total.int(post.id).text(post.title).maybe(post.body)
    return total.value


def sum_users(users):
    total = Sum()
    for user in users:
        total.int(user.id).text(user.name).maybe(user.hair_color)
    return total.value


def new_item(n):
    return {"author_id": n % 100, "title": f"The title of book number {n}", "year": 1900 + n % 120, "price": n / 7.0}


def new_graph(authors, books, reviews):
    book = review = 0
    graph = []
    for n in range(1, authors + 1):
        author = Author(name=f"Author {n}", country=["UK", "US", "FR", "DE"][n % 4])
        for _ in range(books):
            book += 1
            child = Book(title=f"Book number {book}", year=1900 + book % 120)
            for _ in range(reviews):
                review += 1
                child.reviews.append(Review(stars=review % 5 + 1, body=f"What reader {review} had to say"))
            author.books.append(child)
        graph.append(author)
    return graph


def new_user(n):
    return {"name": f"User {n}", "hair_color": ["black", "brown", None][n % 3]}


class Clock:
    def __init__(self):
        self.spent = 0

    def __enter__(self):
        self.start = time.perf_counter_ns()

    def __exit__(self, *_):
        self.spent += time.perf_counter_ns() - self.start


class Peer:
    def __init__(self, url):
        if url.startswith("sqlite://"):
            url = "sqlite:///" + url.removeprefix("sqlite://")
        else:
            socket, name = url.removeprefix("postgres://orm@").split("/")
            url = f"postgresql+psycopg://orm@/{name}?host={socket.replace('%2F', '/')}"
        self.engine = create_engine(url, poolclass=QueuePool, pool_size=POOL, max_overflow=0, pool_reset_on_return=None)
        if url.startswith("sqlite"):
            event.listen(self.engine, "connect", self.pragmas)

    @staticmethod
    def pragmas(connection, _):
        connection.executescript(
            "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000"
        )

    def session(self):
        return Session(self.engine, expire_on_commit=False)

    def run(self, workload, clock):
        name, _, rest = workload.rpartition("_")
        if name in ("load", "insert"):
            return getattr(self, name)(int(rest), clock)
        if name in ("graph_insert", "graph_delete"):
            return getattr(self, name)(SHAPES[rest], clock)
        work = getattr(self, "work_" + workload, None)
        return None if work is None else work(clock)

    def all(self, query, clock):
        """The objects, which a session holds only as long as somebody else does."""
        with clock:
            session = self.session()
            return session, session.scalars(query).all()

    def load(self, count, clock):
        session, items = self.all(select(Item).order_by(Item.id).limit(count), clock)
        with session:
            return sum_items(items)

    def insert(self, count, clock):
        rows = [Item(**new_item(n)) for n in range(1, count + 1)]
        with clock:
            session = self.session()
            session.add_all(rows)
            session.commit()
        with session:
            return sum_items(rows)

    def graph_insert(self, shape, clock):
        authors = new_graph(*shape)
        with clock:
            session = self.session()
            session.add_all(authors)
            session.commit()
        total = Sum()
        for author in authors:
            total.int(author.id)
        session.close()
        return total.value

    def graph_delete(self, _, clock):
        with clock, self.session() as session:
            for author in session.scalars(select(Author).where(Author.id > DOOMED)):
                session.delete(author)
            session.commit()
        return 0

    def work_cascade_10000(self, clock):
        return self.graph_delete(None, clock)

    def gets(self, keys, clock):
        with clock:
            session = self.session()
            found = [session.get_one(Item, key) for key in keys]
        with session:
            return sum_items(found)

    def work_gets_1000(self, clock):
        return self.gets([n * 337 % GETS + 1 for n in range(GETS)], clock)

    def work_get_held(self, clock):
        session = self.session()
        # Its identity map holds what somebody else holds.
        held = session.get_one(Item, 1)
        with clock:
            found = [session.get_one(Item, held.id) for _ in range(GETS)]
        with session:
            return sum_items(found)

    def work_gets_tasks(self, clock):
        found = [None] * GETS

        def task(first):
            with self.session() as session:
                for n in range(first, GETS, TASKS):
                    found[n] = session.get_one(Item, n * 337 % GETS + 1)

        with clock:
            tasks = [threading.Thread(target=task, args=(first,)) for first in range(TASKS)]
            for one in tasks:
                one.start()
            for one in tasks:
                one.join()
        return sum_items(found)

    def work_change_1000(self, clock):
        with clock:
            session = self.session()
            items = session.scalars(select(Item).order_by(Item.id).limit(1_000)).all()
            for item in items:
                item.price += 1.0
            session.commit()
        with session:
            return sum_items(items)

    def work_change_commit_500(self, clock):
        with clock:
            session = self.session()
            items = []
            for n in range(500):
                item = session.get_one(Item, n * 337 % GETS + 1)
                item.price += 1.0
                session.commit()
                items.append(item)
        with session:
            return sum_items(items)

    def work_graph_eager(self, clock):
        query = select(Author).order_by(Author.id).options(selectinload(Author.books).selectinload(Book.reviews))
        session, authors = self.all(query, clock)
        with session:
            return sum_graph(authors)

    def work_graph_lazy(self, clock):
        with clock:
            session = self.session()
            authors = session.scalars(select(Author).order_by(Author.id)).all()
            for author in authors:
                for book in author.books:
                    len(book.reviews)
        with session:
            return sum_graph(authors)

    def work_many_to_many(self, clock):
        session, notes = self.all(select(Note).order_by(Note.id).options(selectinload(Note.tags)), clock)
        total = Sum()
        for note in notes:
            total.int(note.id).text(note.title)
            for tag in note.tags:
                total.int(tag.id).text(tag.name)
        session.close()
        return total.value

    def work_stream(self, clock):
        rows = ids = sensors = 0
        values = 0.0
        with clock, self.session() as session:
            query = select(Reading).order_by(Reading.id).execution_options(yield_per=1_000)
            for reading in session.scalars(query):
                rows += 1
                ids += reading.id
                sensors += reading.sensor
                values += reading.value
        return Sum().int(rows).int(ids).int(sensors).real(values).value

    def pairs(self, query, clock):
        with clock:
            session = self.session()
            pairs = session.execute(query).all()
        with session:
            return sum_pairs(pairs)

    def work_left_join(self, clock):
        query = select(User, Post).outerjoin(User.posts).where(User.id <= 1_000).order_by(User.id, Post.id)
        return self.pairs(query, clock)

    def work_users_medium(self, clock):
        query = select(User, Post).outerjoin(User.posts).where(User.hair_color == "black")
        return self.pairs(query.order_by(User.name.desc(), Post.id), clock)

    def work_users_10000(self, clock):
        session, users = self.all(select(User).order_by(User.id), clock)
        with session:
            return sum_users(users)

    def work_users_insert_100(self, clock):
        users = [new_user(n) for n in range(1, 101)]
        with clock, self.session() as session:
            session.execute(insert(User), users)
            session.commit()
        return 0

    def work_users_associations(self, clock):
        query = select(User).where(User.id <= 100).order_by(User.id)
        session, users = self.all(query.options(selectinload(User.posts).selectinload(Post.comments)), clock)
        total = Sum()
        for user in users:
            total.int(user.id).text(user.name).maybe(user.hair_color)
            for post in user.posts:
                total.int(post.id).text(post.title).maybe(post.body)
                for comment in post.comments:
                    total.int(comment.id).text(comment.text)
        session.close()
        return total.value


def peak(reset):
    """The most memory held so far, in KiB; where the system can, from now on."""
    try:
        if reset:
            with open("/proc/self/clear_refs", "w") as file:
                file.write("5")
        with open("/proc/self/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return 0


def main():
    peer = Peer(sys.argv[1])
    print("ready", flush=True)
    for line in sys.stdin:
        _, workload, _, times = line.split()
        clock, total, known = Clock(), Sum(), True
        before = peak(True)
        for _ in range(int(times)):
            one = peer.run(workload, clock)
            if one is None:
                known = False
                break
            total.int(one)
        grown = max(0, peak(False) - before)
        print(f"ok {clock.spent} {total.value} {grown}" if known else "none", flush=True)
        gc.collect()


if __name__ == "__main__":
    main()
