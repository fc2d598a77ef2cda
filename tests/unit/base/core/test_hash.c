#include "base/core/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void check(const unsigned char *digest, size_t len, const char *expected)
{
	char hex[2 * HASH_SHA384 + 1];

	for (size_t i = 0; i < len; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	assert_string_equal(hex, expected);
}

static void check256(const char *text, const char *expected)
{
	const struct hash_part part = {text, strlen(text)};
	unsigned char out[HASH_SHA256];

	hash_sha256(&part, 1, out);
	check(out, sizeof(out), expected);
}

static void check384(const char *text, const char *expected)
{
	const struct hash_part part = {text, strlen(text)};
	unsigned char out[HASH_SHA384];

	hash_sha384(&part, 1, out);
	check(out, sizeof(out), expected);
}

/* The messages of FIPS 180-4's examples. */
static void sha256_gives_the_digests_of_the_standard(void **state)
{
	(void)state;
	check256("", "e3b0c44298fc1c149afbf4c8996fb924"
		     "27ae41e4649b934ca495991b7852b855");
	check256("abc", "ba7816bf8f01cfea414140de5dae2223"
			"b00361a396177a9cb410ff61f20015ad");
	check256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	    "248d6a61d20638b8e5c026930c3e6039"
	    "a33ce45964ff2167f6ecedd419db06c1");
}

static void sha384_gives_the_digests_of_the_standard(void **state)
{
	(void)state;
	check384("", "38b060a751ac96384cd9327eb1b1e36a21fdb71114be0743"
		     "4c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b");
	check384("abc", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163"
			"1a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
	check384("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
		 "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
	    "09330c33f71147e83d192fc782cd1b4753111b173b3b05d2"
	    "2fa08086e3b0f712fcc7c71a557e2db966c3e9fa91746039");
}

static void a_message_of_a_million_bytes_is_hashed_whole(void **state)
{
	static char text[1000000];
	const struct hash_part part = {text, sizeof(text)};
	unsigned char out[HASH_SHA384];

	(void)state;
	memset(text, 'a', sizeof(text));
	hash_sha256(&part, 1, out);
	check(out, HASH_SHA256,
	    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	hash_sha384(&part, 1, out);
	check(out, HASH_SHA384,
	    "9d0e1809716474cb086e834e310a4a1ced149e9c00f24852"
	    "7972cec5704c2a5b07b8b3dc38ecc4ebae97ddd87f3d8985");
}

static void the_parts_are_one_message_however_it_is_cut(void **state)
{
	const struct hash_part whole = {"abc", 3};
	const struct hash_part parts[] = {
	    {NULL, 0}, {"a", 1}, {"", 0}, {"bc", 2}, {NULL, 0}};
	unsigned char a[HASH_SHA384], b[HASH_SHA384];

	(void)state;
	hash_sha256(&whole, 1, a);
	hash_sha256(parts, 5, b);
	assert_memory_equal(a, b, HASH_SHA256);
	hash_sha384(&whole, 1, a);
	hash_sha384(parts, 5, b);
	assert_memory_equal(a, b, HASH_SHA384);
}

static void no_parts_are_the_empty_message(void **state)
{
	unsigned char a[HASH_SHA384], b[HASH_SHA384];
	const struct hash_part empty = {NULL, 0};

	(void)state;
	hash_sha256(NULL, 0, a);
	hash_sha256(&empty, 1, b);
	assert_memory_equal(a, b, HASH_SHA256);
	hash_sha384(NULL, 0, a);
	hash_sha384(&empty, 1, b);
	assert_memory_equal(a, b, HASH_SHA384);
}

/* What other programs wrote into the trust store must be found again. */
static void parts_with_nuls_between_give_the_shared_digests(void **state)
{
	static const char path[] = "/home/u/p/.mairu.json";
	const struct hash_part file[] = {
	    {"v0.auto", 8}, {path, sizeof(path)}, {"", 1}, {"{}", 2}};
	const struct hash_part name[] = {
	    {"v0.trust_path", 14}, {path, sizeof(path) - 1}};
	unsigned char out[HASH_SHA384];

	(void)state;
	hash_sha384(file, 4, out);
	check(out, HASH_SHA384,
	    "ee2dd09cc99fc3868bf13851c91c94df0dbff35dcff570c9"
	    "5a6a3e738265b541bf6ab5040a090d21f4c1c35e55ee5d83");
	hash_sha256(name, 2, out);
	check(out, HASH_SHA256,
	    "f3d3019fe98133f60564e9d0f2ad918a4c3f9712ca0040304aee66b0dcc68691");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sha256_gives_the_digests_of_the_standard),
	    cmocka_unit_test(sha384_gives_the_digests_of_the_standard),
	    cmocka_unit_test(a_message_of_a_million_bytes_is_hashed_whole),
	    cmocka_unit_test(the_parts_are_one_message_however_it_is_cut),
	    cmocka_unit_test(no_parts_are_the_empty_message),
	    cmocka_unit_test(parts_with_nuls_between_give_the_shared_digests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
