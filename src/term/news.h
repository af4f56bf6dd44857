/* What happened to a factor since the last login, in words. */
#ifndef TERM_NEWS_H
#define TERM_NEWS_H

#include "wire/message.h"

#define NEWS_TEXT_MAX 1024

/* The news of a reply, a line for each kind; "" when there are none. */
const char *news_words(
    char out[static NEWS_TEXT_MAX], const struct wire_login_reply *reply);

#endif
