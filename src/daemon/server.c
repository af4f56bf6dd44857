#include "daemon/server.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/connection.h"
#include "os/clock.h"
#include "os/local_socket.h"

#define EXPIRE_EVERY 1000 /* milliseconds */
#define IDLE_FOLD 50	  /* milliseconds of silence before folding */
#define GRACE 5000	  /* milliseconds beyond a prompt's own deadline */

/* A reply that waits for the commit. */
struct pending {
	struct connection *to;
	uint8_t request[2]; /* its header, for a refusal in its place */
	size_t request_size;
	struct writer reply;
	uint8_t bytes[WIRE_REPLY_MAX];
};

struct server {
	struct daemon *daemon;
	int epoll, signals, listener;
	bool ending;
	bool deaf; /* accepts nobody for now */
	const struct supervisor *supervisor;
	int64_t sign; /* when the next sign of life is due */
	struct connections all;
	uint32_t count;		 /* of pending */
	struct pending *pending; /* SERVER_TURN of them */
	uint8_t request[WIRE_REQUEST_MAX];
};

/* ---- receiving ---- */

/* A descriptor is taken from root alone: of others the kernel closes them. */
static enum error
receive(struct server *s, struct connection *c, size_t *size, int *passed)
{
	*passed = -1;
	if (s->all.wary && !caller_is_root(&c->caller) &&
	    socket_brings_rights(c->fd))
		return ERR_REFUSED;
	if (!caller_is_root(&c->caller))
		return socket_receive(
		    c->fd, s->request, sizeof s->request, size);
	return socket_receive_passed(
	    c->fd, s->request, sizeof s->request, size, passed);
}

/* Reads at most one request of a connection and answers it into the turn. */
static void
serve_one(struct server *s, struct connection *c)
{
	struct pending *p = &s->pending[s->count];
	size_t size;
	int passed;
	enum error e = receive(s, c, &size, &passed);

	if (e == ERR_ABSENT)
		return;
	if (e != OK) {
		connection_drop(&s->all, c);
		return;
	}
	p->to = c;
	c->busy = true;
	p->request_size = size < sizeof p->request ? size : sizeof p->request;
	memcpy(p->request, s->request, p->request_size);
	writer_init(&p->reply, p->bytes, sizeof p->bytes);
	c->caller.passed = passed < 0 ? NULL : &passed;
	answer(s->daemon, &c->caller, s->request, size, &p->reply);
	c->caller.passed = NULL;
	if (passed >= 0)
		(void)close(passed);
	explicit_bzero(s->request, size);
	s->count++;
}

static bool
watch(struct server *s, int fd, void *what)
{
	struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = what}};

	return epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* A new peer's request is mostly there already: it joins this turn. */
static void
welcome(struct server *s, int fd)
{
	struct connection *c;
	struct peer peer;

	if (peer_of(fd, &peer) != OK ||
	    (quota_crowded(s->all.quota) && !peer_is_native(&peer))) {
		connection_close(&s->all, fd, peer.uid);
		return;
	}
	if (peer.uid == 0)
		(void)socket_bar_rights(fd, false);
	c = connection_add(&s->all, fd, &peer, clock_milliseconds());
	if (c == NULL)
		return;
	if (!watch(s, fd, c)) {
		connection_drop(&s->all, c);
		return;
	}
	if (s->count < SERVER_TURN)
		serve_one(s, c);
}

static void
accept_all(struct server *s)
{
	for (int i = 0; i < SERVER_ACCEPT && !discard_is_full(&s->all.discard);
	     i++) {
		int fd;

		if (socket_accept(s->listener, &fd) != OK)
			return;
		welcome(s, fd);
	}
}

/* ---- sending ---- */

/* How long a login may wait: its prompts, and a little for the way. */
static int64_t
patience(const struct server *s, const struct caller *c)
{
	int64_t seconds = c->challenge.setup
	    ? SETUP_TIME
	    : daemon_policy(s->daemon)->deadline;

	return seconds * 1000 + GRACE;
}

static void
write_log(struct caller *c, bool committed)
{
	if (!c->logged)
		return;
	if (!committed)
		log_text(&c->line, "committed", "no");
	log_end(&c->line);
	c->logged = false;
}

static void
deliver(struct server *s, struct pending *p, bool committed)
{
	struct connection *c = p->to;

	p->to = NULL;
	c->busy = false;
	if (!committed) {
		writer_init(&p->reply, p->bytes, sizeof p->bytes);
		answer_status_only(p->request, p->request_size,
		    STATUS_NOT_COMMITTED, &p->reply);
		c->caller.challenge.open = false;
		c->caller.challenge.setup = false;
	}
	write_log(&c->caller, committed);
	if (socket_send(c->fd, p->bytes, p->reply.used) != OK) {
		connection_drop(&s->all, c);
		return;
	}
	connection_settle(
	    &s->all, c, clock_milliseconds(), patience(s, &c->caller));
}

/* Those that the commit does not matter to, or all that are left. */
static void
deliver_all(struct server *s, bool standing, bool committed)
{
	for (uint32_t i = 0; i < s->count; i++) {
		struct pending *p = &s->pending[i];

		if (p->to == NULL || (standing && !p->to->caller.stands))
			continue;
		deliver(s, p, committed);
		explicit_bzero(p->bytes, p->reply.used);
	}
}

static void
finish_turn(struct server *s)
{
	struct daemon *d = s->daemon;
	bool committed;

	/* A disk that stalls holds up what hangs on it, and nothing else. */
	deliver_all(s, true, true);
	committed = !d->store_good || store_commit(d->store) == OK;
	if (!committed)
		log_message(LOG_LEVEL_ERROR, "commit-failed",
		    "%s: what needed the store in this turn is refused",
		    store_complaint(d->store));
	origins_settle(d->origins, committed);
	deliver_all(s, false, committed);
	s->count = 0;
}

/* ---- the loop ---- */

static void
take_signal(struct server *s)
{
	struct signalfd_siginfo info;

	if (read(s->signals, &info, sizeof info) != (ssize_t)sizeof info)
		return;
	if (info.ssi_signo == SIGHUP)
		(void)daemon_read_policy(s->daemon, false, NULL);
	else
		s->ending = true;
}

/*
 * New peers come last: one that has its fill can make an older connection give
 * way, which must not stand among the events that are still to be looked at.
 */
static void
take_events(struct server *s, const struct epoll_event *events, int count)
{
	bool knocking = false;

	for (int i = 0; i < count; i++) {
		void *what = events[i].data.ptr;

		if (what == &s->signals)
			take_signal(s);
		else if (what == &s->listener)
			knocking = true;
		else
			serve_one(s, what);
	}
	if (knocking)
		accept_all(s);
}

/* Milliseconds that the loop may sleep. */
static int
patience_of_loop(const struct server *s)
{
	const struct discard *discard = &s->all.discard;
	int every = s->supervisor->every > 0 ? (int)s->supervisor->every : -1;
	int wait = -1;

	if (s->daemon->store_good && store_unfolded(s->daemon->store) > 0)
		wait = IDLE_FOLD;
	else if (s->all.oldest != NULL || discard->children > 0 ||
	    discard->kept > 0)
		wait = EXPIRE_EVERY;
	return wait < 0 || (every >= 0 && every < wait) ? every : wait;
}

/*
 * From the loop itself, so that one that hangs, in a commit or elsewhere, is
 * seen to.
 */
static void
give_sign(struct server *s)
{
	int64_t now = clock_milliseconds();

	if (s->supervisor->every == 0 || now < s->sign)
		return;
	supervisor_tell(s->supervisor, SUPERVISOR_ALIVE);
	s->sign = now + s->supervisor->every / 2;
}

/* While no more connections can be got rid of, none is taken. */
static void
heed(struct server *s)
{
	bool deaf = discard_is_full(&s->all.discard);
	struct epoll_event event = {
	    .events = deaf ? 0 : EPOLLIN, .data = {.ptr = &s->listener}};

	if (deaf != s->deaf &&
	    epoll_ctl(s->epoll, EPOLL_CTL_MOD, s->listener, &event) == 0)
		s->deaf = deaf;
}

/* Moves tallies into the users' rows: when nobody waits, or there are many. */
static void
fold(struct server *s, bool idle)
{
	struct daemon *d = s->daemon;
	uint64_t left;

	if (!d->store_good)
		return;
	left = store_unfolded(d->store);
	if (left == 0 || (!idle && left < SERVER_UNFOLDED))
		return;
	if (store_fold(d->store, SERVER_FOLD, &left) != OK)
		log_message(LOG_LEVEL_WARNING, "fold-failed",
		    "%s: it is tried again", store_complaint(d->store));
}

static enum error
turn(struct server *s, int timeout)
{
	struct epoll_event events[SERVER_TURN];
	struct daemon *d = s->daemon;
	int count = epoll_wait(s->epoll, events, SERVER_TURN, timeout);

	if (count < 0)
		return errno == EINTR ? OK : ERR_SYSTEM;
	if (count > 0) {
		if (d->store_good && store_begin(d->store) != OK)
			log_message(LOG_LEVEL_ERROR, "begin-failed", "%s",
			    store_complaint(d->store));
		take_events(s, events, count);
		finish_turn(s);
	}
	connection_expire(&s->all, clock_milliseconds());
	discard_again(&s->all.discard);
	heed(s);
	give_sign(s);
	fold(s, count == 0);
	return OK;
}

static enum error
server_open(struct server *s, struct daemon *d, int listener)
{
	sigset_t set;

	s->daemon = d;
	s->listener = listener;
	s->all.quota = quota_new(d->keys_uid);
	s->pending = calloc(SERVER_TURN, sizeof *s->pending);
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->all.epoll = s->epoll;
	s->all.wary = !socket_bar_rights(listener, true);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->all.quota == NULL || s->pending == NULL)
		return ERR_MEMORY;
	if (s->epoll < 0 || s->signals < 0 ||
	    !watch(s, s->signals, &s->signals) ||
	    !watch(s, s->listener, &s->listener))
		return ERR_SYSTEM;
	return OK;
}

static void
server_close(struct server *s)
{
	while (s->all.oldest != NULL)
		connection_drop(&s->all, s->all.oldest);
	quota_free(&s->all.quota);
	free(s->pending);
	if (s->epoll >= 0)
		(void)close(s->epoll);
	if (s->signals >= 0)
		(void)close(s->signals);
}

enum error
server_run(struct daemon *d, int listener, const struct supervisor *supervisor)
{
	struct server *s = calloc(1, sizeof *s);
	enum error e = ERR_MEMORY;

	if (s == NULL)
		return e;
	s->supervisor = supervisor;
	e = server_open(s, d, listener);
	if (e == OK)
		supervisor_tell(supervisor, SUPERVISOR_READY);
	while (e == OK && !s->ending)
		e = turn(s, patience_of_loop(s));
	supervisor_tell(supervisor, SUPERVISOR_STOPPING);
	/* Requests that came before the signal are answered. */
	if (e == OK)
		e = turn(s, 0);
	server_close(s);
	free(s);
	return e;
}
