#!/usr/bin/env python3
"""The fake STS is one to AWS's own SDK, and says no as STS does."""

import email.utils
import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

sys.dont_write_bytecode = True

import sts_model
import sts_sign
import sts_xml
import tap
from running import HERE, Running

# Debian's, as CI has it, whichever python runs this.
sys.path.append("/usr/lib/python3/dist-packages")
import boto3
import botocore.config
import botocore.exceptions

ONE = "arn:aws:iam::123456789012:role/path/One"
TWO = "arn:aws:iam::210987654321:role/Two"
THREE = "arn:aws-cn:iam::333333333333:role/Three"
SESSION = boto3.Session()  # which keeps what it has read
WHO = "Action=GetCallerIdentity&Version=2011-06-15"
KIND = "application/x-www-form-urlencoded; charset=utf-8"


class Fake(Running):
    program = "sts_server"

    def begin(self):
        return self.ask("GET", "/_server").members

    def client(self, given):
        return SESSION.client(
            "sts",
            "eu-west-1",
            endpoint_url=self.url,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"] or None,
            config=botocore.config.Config(retries={"total_max_attempts": 1}),
        )

    def headers(self, given, body, at=None, region="eu-west-1", **changes):
        """Those of a request as SigV4 wants them."""
        date = sts_sign.stamp(time.time() if at is None else at)
        sent = {
            "content-type": KIND,
            "host": f"127.0.0.1:{self.port}",
            "x-amz-date": date,
            "x-amz-security-token": given["SessionToken"],
            **changes,
        }

        class Request:
            method, path, query = "POST", "/", ""
            headers = {"X-Amz-Date": sent["x-amz-date"], **sent}

            def all(name):
                return [sent[name.lower()]] if name.lower() in sent else []

        names = sorted(sent)
        scope = f"{date[:8]}/{region}/sts/aws4_request"
        sent["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={given['AccessKeyId']}/{scope}, "
            f"SignedHeaders={';'.join(names)}, Signature={'0' * 64}"
        )
        Request.body = body.encode()
        signed = sts_sign.Signed(Request)
        wanted = signed.wanted(given["SecretAccessKey"])
        sent["authorization"] = sent["authorization"][:-64] + wanted
        del sent["host"]
        return sent

    def post(self, given, body=WHO, path="/", method="POST", **more):
        headers = self.headers(given, body, **more)
        return self.send(headers, body, path, method)

    def send(self, headers, body=WHO, path="/", method="POST"):
        return self.ask(method, path, body, **{
            name if "-" in name else name.title(): value
            for name, value in headers.items()
        })


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fake = Fake()
        cls.addClassCleanup(cls.fake.stop)
        begin = cls.fake.begin()
        cls.role, cls.user = begin["role"], begin["user"]

    def tearDown(self):
        self.fake.control(
            clear=True,
            set={"trust": {}, "sts_clock": 0, "sts_life": None, "sts_form": "plain"},
        )

    def assume(self, given, arn, **more):
        more = {"RoleSessionName": "alice", **more}
        return self.fake.client(given).assume_role(RoleArn=arn, **more)

    def no(self, code, words, call, *args, **more):
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            call(*args, **more)
        error = caught.exception.response["Error"]
        self.assertEqual(error["Code"], code)
        self.assertIn(words, error["Message"])
        return caught.exception.response

    def raw_no(self, answer, status, code, words=""):
        text = answer.body.decode()
        self.assertEqual(answer.status, status, text)
        self.assertIn(f"<Code>{code}</Code>", text)
        self.assertIn(words, text)


class Sdk(Case):
    def test_goes_through_three_hops(self):
        given, seen = self.role, []
        for arn in ONE, TWO, THREE:
            got = self.assume(given, arn)
            given = got["Credentials"]
            seen.append(got["AssumedRoleUser"]["Arn"])
            who = self.fake.client(given).get_caller_identity()
            self.assertEqual(who["Arn"], seen[-1])
            self.assertEqual(who["Account"], arn.split(":")[4])
            ends = given["Expiration"].timestamp()
            self.assertAlmostEqual(ends, time.time() + 3600, delta=5)
        self.assertEqual(
            seen,
            [
                "arn:aws:sts::123456789012:assumed-role/One/alice",
                "arn:aws:sts::210987654321:assumed-role/Two/alice",
                "arn:aws-cn:sts::333333333333:assumed-role/Three/alice",
            ],
        )
        callers = [
            e["caller"]
            for e in self.fake.journal()
            if e.get("action") == "AssumeRole"
        ]
        self.assertEqual(callers[-2:], seen[:2])

    def test_reads_the_odd_form_as_the_plain_one(self):
        self.fake.control(set={"sts_form": "odd"})
        got = self.assume(self.role, ONE, RoleSessionName="a+b=c,@-.d")
        who = self.fake.client(got["Credentials"]).get_caller_identity()
        self.assertTrue(who["Arn"].endswith("/One/a+b=c,@-.d"), who)
        self.fake.control(set={"sts_form": "blank"})
        text = self.fake.post(self.role).body.decode()
        self.assertRegex(text, r"<Account>\n\t123456789012 </Account>")

    def test_says_no_to_whom_a_role_does_not_trust(self):
        dev = "arn:aws:iam::123456789012:role/Dev"
        self.fake.control(
            set={
                "trust": {
                    ONE: {"by": [dev]},
                    TWO: {"by": [ONE], "external_id": "e:/-1"},
                    THREE: {"by": ["210987654321"]},
                }
            }
        )
        words = f"User: arn:aws:sts::123456789012:assumed-role/Dev/start is not authorized to perform: sts:AssumeRole on resource: {TWO}"
        self.no("AccessDenied", words, self.assume, self.role, TWO)
        self.no("AccessDenied", "", self.assume, self.user, ONE)
        one = self.assume(self.role, ONE)["Credentials"]
        for ident in {}, {"ExternalId": "e:/-2"}:
            self.no("AccessDenied", "", self.assume, one, TWO, **ident)
        self.no("AccessDenied", "", self.assume, one, THREE, ExternalId="e:/-1")
        two = self.assume(one, TWO, ExternalId="e:/-1")["Credentials"]
        self.assume(two, THREE)

    def test_gives_an_hour_to_a_role_that_a_role_assumes(self):
        self.no(
            "ValidationError",
            "exceeds the 1 hour session limit for roles assumed by role "
            "chaining.",
            self.assume,
            self.role,
            ONE,
            DurationSeconds=3601,
        )
        self.assume(self.role, ONE, DurationSeconds=3600)
        got = self.assume(self.user, ONE, DurationSeconds=43200)
        ends = got["Credentials"]["Expiration"].timestamp()
        self.assertAlmostEqual(ends, time.time() + 43200, delta=5)
        self.fake.control(set={"trust": {ONE: {"max": 7200}}})
        self.no(
            "ValidationError",
            "MaxSessionDuration",
            self.assume,
            self.user,
            ONE,
            DurationSeconds=7201,
        )

    def test_carries_tags_and_a_source_identity_on(self):
        got = self.assume(
            self.role,
            ONE,
            Tags=[{"Key": "team", "Value": "a/b c"}, {"Key": "x", "Value": ""}],
            TransitiveTagKeys=["team"],
            SourceIdentity="alice",
            Policy='{"Version": "2012-10-17", "Statement": []}',
            PolicyArns=[{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
        )
        self.assertEqual(got["SourceIdentity"], "alice")
        self.assertGreater(got["PackedPolicySize"], 0)
        asked = self.fake.journal()[-1]["asked"]
        self.assertEqual(asked["Tags"][0], {"Key": "team", "Value": "a/b c"})
        self.assertEqual(asked["TransitiveTagKeys"], ["team"])
        one = got["Credentials"]
        self.no(
            "InvalidParameterValue",
            "transitive",
            self.assume,
            one,
            TWO,
            Tags=[{"Key": "team", "Value": "b"}],
        )
        self.no(
            "AccessDenied",
            "SetSourceIdentity",
            self.assume,
            one,
            TWO,
            SourceIdentity="mallory",
        )
        two = self.assume(one, TWO, Tags=[{"Key": "x", "Value": "2"}])
        self.assertEqual(two["SourceIdentity"], "alice")

    def test_says_no_to_values_that_are_none(self):
        for code, words, more in (
            ("ValidationError", "is invalid", {"RoleArn": "x" * 20}),
            ("ValidationError", "at 'roleSessionName'", {"RoleSessionName": "a b"}),
            ("ValidationError", "at 'roleSessionName'", {"RoleSessionName": "café"}),
            ("ValidationError", "at 'externalId'", {"ExternalId": "a b"}),
            ("ValidationError", "at 'tags.member.1.key'", {"Tags": [{"Key": "a!", "Value": ""}]}),
            ("ValidationError", "included", {"TransitiveTagKeys": ["a"]}),
            ("MalformedPolicyDocument", "Syntax", {"Policy": "{"}),
            ("MalformedPolicyDocument", "Syntax", {"Policy": "[]"}),
            (
                "PackedPolicyTooLarge",
                "consumes",
                {"Policy": json.dumps({"Statement": "x" * 2048})},
            ),
        ):
            asked = {"RoleArn": ONE, "RoleSessionName": "alice", **more}
            self.no(code, words, self.fake.client(self.role).assume_role, **asked)
        # Of any script, in tags alone.
        self.assume(self.role, ONE, Tags=[{"Key": "équipe", "Value": "日本"}])

    def test_ends_what_it_has_given(self):
        self.fake.control(set={"sts_life": -1})
        one = self.assume(self.role, ONE)["Credentials"]
        self.no("ExpiredToken", "expired", self.assume, one, TWO)
        self.fake.control(set={"sts_life": None})
        one = self.assume(self.role, ONE)["Credentials"]
        self.fake.control(end_keys=one["AccessKeyId"])
        self.no("ExpiredToken", "expired", self.assume, one, TWO)
        self.assume(self.role, ONE)

    def test_says_each_error_once(self):
        client = self.fake.client(self.role)
        for code, status in sts_xml.STATUS.items():
            self.fake.control(sts_error={"code": code, "text": "why <so> & \"so\""})
            got = self.no(code, 'why <so> & "so"', client.get_caller_identity)
            self.assertEqual(got["ResponseMetadata"]["HTTPStatusCode"], status)
            client.get_caller_identity()
        self.fake.control(sts_error={"code": "Throttling", "action": "AssumeRole"})
        client.get_caller_identity()
        self.no("Throttling", "", self.assume, self.role, ONE)

    def test_fails_as_front_ends_do(self):
        self.fake.control(
            fault="sts:status,status=503,body=<html>busy</html>,times=1"
        )
        self.no("503", "", self.fake.client(self.role).get_caller_identity)

    def test_goes_by_its_own_clock(self):
        self.fake.control(set={"sts_clock": 1200})
        client = self.fake.client(self.role)
        got = self.no(
            "SignatureDoesNotMatch",
            "Signature expired: 2",
            client.get_caller_identity,
        )
        date = got["ResponseMetadata"]["HTTPHeaders"]["date"]
        off = email.utils.parsedate_to_datetime(date).timestamp() - time.time()
        self.assertAlmostEqual(off, 1200, delta=5)
        answer = self.fake.post(self.role, at=time.time() + 1200)
        self.assertEqual(answer.status, 200)


class Raw(Case):
    def test_takes_what_is_signed_as_it_should_be(self):
        answer = self.fake.post(self.role)
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(answer.headers["Content-Type"], "text/xml")
        self.assertEqual(self.fake.journal()[-1]["region"], "eu-west-1")

    def test_refuses_what_was_changed_on_the_way(self):
        good = self.fake.headers(self.role, WHO)
        bad = "SignatureDoesNotMatch"
        self.raw_no(self.fake.send(good, WHO + "&"), 403, bad)
        for name, value in (
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-amz-date", sts_sign.stamp(time.time() - 1)),
        ):
            self.raw_no(self.fake.send({**good, name: value}), 403, bad)
        for old, new in (
            ("/eu-west-1/", "/eu-west-2/"),
            ("/sts/", "/iam/"),
            ("content-type;host", "host"),
            ("host;", ""),
            (";x-amz-security-token", ""),
        ):
            changed = good["authorization"].replace(old, new)
            self.assertNotEqual(changed, good["authorization"])
            self.raw_no(
                self.fake.send({**good, "authorization": changed}), 403, bad
            )

    def test_refuses_what_is_no_signature(self):
        good = self.fake.headers(self.role, WHO)
        without = {k: v for k, v in good.items() if k != "authorization"}
        self.raw_no(self.fake.send(without), 403, "MissingAuthenticationToken")
        text = good["authorization"]
        for wrong in (
            "Bearer x",
            text[:-1],
            text.replace("HMAC-SHA256", "HMAC-SHA1"),
            text.replace("content-type;host", "host;content-type"),
            text.replace("content-type;", "content-type;date;"),
        ):
            self.raw_no(
                self.fake.send({**good, "authorization": wrong}),
                400,
                "IncompleteSignature",
            )
        self.raw_no(
            self.fake.send(good, path="/?Action=GetCallerIdentity"),
            400,
            "IncompleteSignature",
        )

    def test_refuses_times_that_are_far_off(self):
        for off, words in (
            (-901, "Signature expired"),
            (905, "Signature not yet current"),
        ):
            answer = self.fake.post(self.role, at=time.time() + off)
            self.raw_no(answer, 403, "SignatureDoesNotMatch", words)
        for off in -880, 880:
            answer = self.fake.post(self.role, at=time.time() + off)
            self.assertEqual(answer.status, 200)
        answer = self.fake.post(
            self.role, **{"x-amz-date": "20200101T000000Z"}
        )
        self.raw_no(answer, 403, "SignatureDoesNotMatch", "scope")
        answer = self.fake.post(self.role, **{"x-amz-date": "2020-01-01"})
        self.raw_no(answer, 400, "IncompleteSignature", "ISO-8601")

    def test_refuses_keys_that_nobody_gave(self):
        other = self.fake.begin()["role"]
        for part, code in (
            ("AccessKeyId", "SignatureDoesNotMatch|InvalidClientTokenId"),
            ("SecretAccessKey", "SignatureDoesNotMatch"),
            ("SessionToken", "InvalidClientTokenId"),
        ):
            answer = self.fake.post({**self.role, part: other[part]})
            self.assertEqual(answer.status, 403)
            self.assertRegex(answer.body.decode(), f"<Code>({code})<")
        answer = self.fake.post({**self.role, "AccessKeyId": "ASIANONE"})
        self.raw_no(answer, 403, "InvalidClientTokenId")

    def test_refuses_forms_that_are_none(self):
        role = urllib.parse.quote(ONE, safe="")
        start = f"Action=AssumeRole&Version=2011-06-15&RoleArn={role}"
        whole = start + "&RoleSessionName=alice"
        self.assertEqual(self.fake.post(self.role, whole).status, 200)
        for body, code, words in (
            (whole + "&Colour=red", "ValidationError", "Colour is unknown"),
            (whole + "&Tags.member.2.Key=a", "ValidationError", "unknown"),
            (whole + "&Tags.member.1.Key=a", "ValidationError", "null at"),
            (whole + "&PolicyArns.member.1.Arn=" + role, "ValidationError", ""),
            (whole + "&DurationSeconds=1e3", "ValidationError", "no number"),
            (whole + "&DurationSeconds=899", "ValidationError", "900"),
            (whole + "&RoleSessionName=bob", "MalformedInput", "twice"),
            (whole + "&ExternalId=a%zz", "MalformedInput", "encoded"),
            (whole + "&ExternalId=a:b", "MalformedInput", "encoded"),
            (start, "ValidationError", "null at 'roleSessionName'"),
            (whole.replace("AssumeRole", "AssumeRoll", 1), "InvalidAction", ""),
            (whole.replace("2011", "2010"), "InvalidAction", ""),
            ("", "InvalidAction", ""),
        ):
            answer = self.fake.post(self.role, body)
            self.raw_no(answer, 400, code)
            said = self.fake.journal()[-1]["refused"]
            self.assertIn(words, said)
        answer = self.fake.post(
            self.role, **{"content-type": "application/json"}
        )
        self.raw_no(answer, 400, "MalformedInput")

    def test_takes_nothing_but_post(self):
        for method in "GET", "PUT":
            answer = self.fake.post(self.role, method=method)
            self.assertEqual(answer.status, 405)


class Around(Case):
    def test_journal_has_no_secrets(self):
        self.assume(self.role, ONE)
        with open(self.fake.journal_path, encoding="utf-8") as f:
            self.assertNotIn("CANARY", f.read())

    def test_refuses_wrong_words(self):
        for words in (
            {"sts_error": {"code": "Nonsense"}},
            {"sts_error": {}},
            {"fault": "token:hang"},
            {"set": {"port": 1}},
            {"approve": True},
        ):
            answer = self.fake.ask("POST", "/_control", json.dumps(words))
            self.assertEqual(answer.status, 400, words)

    def test_without_a_model_it_says_what_to_do(self):
        with tempfile.TemporaryDirectory() as d:
            done = subprocess.run(
                [sys.executable, os.path.join(HERE, "sts_server")],
                env={**os.environ, "MAIRU_AWS": d},
                capture_output=True,
                text=True,
                timeout=20,
            )
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("Install python3-botocore", done.stderr)

    def test_any_model_that_is_there_will_do(self):
        tried = 0
        for place in sts_model.sso_model.known_places():
            if not sts_model.sso_model.read(place, "sts"):
                continue
            fake = Fake(MAIRU_AWS=place)
            self.addCleanup(fake.stop)
            given = fake.begin()["role"]
            fake.client(given).assume_role(RoleArn=ONE, RoleSessionName="alice")
            tried += 1
        self.assertGreater(tried, 0)


if __name__ == "__main__":
    sys.exit(tap.main())
