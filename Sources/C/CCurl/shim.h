/*
 * What Swift cannot import from curl.h: its setters and getters take a variable number of arguments.
 */
#ifndef TURNPIKE_CCURL_SHIM_H
#define TURNPIKE_CCURL_SHIM_H

#include <curl/curl.h>
#include <stddef.h>

typedef size_t (*turnpike_curl_write)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode turnpike_curl_set_text(CURL *handle, CURLoption option, const char *text)
{
    return curl_easy_setopt(handle, option, text);
}

static inline CURLcode turnpike_curl_set_number(CURL *handle, CURLoption option, long number)
{
    return curl_easy_setopt(handle, option, number);
}

static inline CURLcode turnpike_curl_set_headers(CURL *handle, struct curl_slist *headers)
{
    return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
}

/* Copies the body, so that it need not outlive the call. */
static inline CURLcode turnpike_curl_set_body(CURL *handle, const void *bytes, long count)
{
    CURLcode code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, count);

    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, bytes) : code;
}

static inline CURLcode turnpike_curl_set_writer(CURL *handle, turnpike_curl_write write, void *context)
{
    CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, write);

    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_WRITEDATA, context) : code;
}

/* Digest alone: the password is never sent in clear, whatever the other side asks for. */
static inline CURLcode turnpike_curl_use_digest(CURL *handle)
{
    return curl_easy_setopt(handle, CURLOPT_HTTPAUTH, CURLAUTH_DIGEST);
}

static inline long turnpike_curl_status(CURL *handle)
{
    long status = 0;

    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

/* NULL when the response has no such header; valid until the handle is used again. */
static inline const char *turnpike_curl_content_type(CURL *handle)
{
    char *text = NULL;

    curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &text);
    return text;
}

/* 1 and the result when a transfer has ended, else 0. */
static inline int turnpike_curl_ended(CURLM *multi, CURLcode *result)
{
    int left = 0;
    CURLMsg *message;

    while ((message = curl_multi_info_read(multi, &left)) != NULL)
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return 1;
        }
    return 0;
}

#endif
