package httpapi

import (
	"encoding/base64"
	"strings"
	"testing"

	"sallyport/shared/twofactor"
)

func TestIN01_IN03_IN04_IN06_AVerifyBodyThatIsNotExactlyOneIsRefusedAndNotJudged(t *testing.T) {
	for _, c := range []struct {
		about, body, pointer string
		status               int
	}{
		{"a repeated member", `{"code":"123456","code":"654321"}`, "/code", 400},
		{"a repeated member, escaped", `{"code":"123456","\u0063ode":"654321"}`, "/code", 400},
		{"another case", `{"Code":"123456"}`, "/Code", 400},
		{"a letter that folds to s", `{"code":"123456","remember_devicE":true}`, "/remember_devicE", 400},
		{"an unknown member", `{"code":"123456","user":"bob"}`, "/user", 400},
		{"a number", `{"code":123456}`, "/code", 400},
		{"a number with a zero in front", `{"code":012345}`, "", 400},
		{"a number with an exponent", `{"code":1.2e5}`, "/code", 400},
		{"a list", `{"code":["123456"]}`, "/code", 400},
		{"an object", `{"code":{"$ne":""}}`, "/code", 400},
		{"null", `{"code":null}`, "/code", 400},
		{"true", `{"code":true}`, "/code", 400},
		{"a text for a boolean", `{"code":"123456","remember_device":"true"}`, "/remember_device", 400},
		{"null for a boolean", `{"code":"123456","remember_device":null}`, "/remember_device", 400},
		{"null alone", `null`, "", 400},
		{"a list alone", `[]`, "", 400},
		{"a text alone", `"123456"`, "", 400},
		{"two values", `{"code":"123456"}{}`, "", 400},
		{"a value and a brace", `{"code":"123456"}}`, "", 400},
		{"only a space", ` `, "", 400},
		{"half a value", `{"code":"123456"`, "", 400},
		{"a comma too many", `{"code":"123456",}`, "", 400},
		{"a comment", `{"code":"123456"/**/}`, "", 400},
		{"a byte order mark", "\ufeff" + `{"code":"123456"}`, "", 400},
		{"bytes that are not UTF-8", "{\"code\":\"12\xff456\"}", "", 400},
		{"a lone surrogate", `{"code":"\ud800"}`, "", 400},
		{"NUL, escaped", `{"code":"123456\u0000"}`, "/code", 400},
		{"NUL as it is", "{\"code\":\"1\x00\"}", "", 400},
		{"no code", `{}`, "/code", 422},
		{"no code but a method", `{"method":"totp"}`, "/code", 422},
	} {
		b, asked := approving(t)
		r := b.person("POST /v1/verify", c.body)
		code := twofactor.CodeMalformed
		if c.status == 422 {
			code = twofactor.CodeInvalid
		}
		r.expect(t, c.about, c.status, code)
		if r.pointer() != c.pointer {
			t.Errorf("%s: points at %v, want %q", c.about, r.pointer(), c.pointer)
		}
		if len(*asked) != 0 {
			t.Errorf("%s: the code was judged", c.about)
		}
	}
}

func TestIN03_ACodeKeepsItsZeroInFront(t *testing.T) {
	b, asked := approving(t)
	b.person("POST /v1/verify", `{"code":"012345"}`).expect(t, "verify", 200, "")
	if len(*asked) != 1 || (*asked)[0].Code.Reveal() != "012345" {
		t.Errorf("the use case did not get the code as it was sent")
	}
}

func TestIN05_ABodyIsTakenUpToItsLimitAndNotAByteMore(t *testing.T) {
	fill := func(n int) string {
		const frame = `{"code":""}`
		return `{"code":"` + strings.Repeat("1", n-len(frame)) + `"}`
	}
	for _, c := range []struct {
		about string
		body  string
		ok    bool
	}{
		{"64 KiB", fill(64 << 10), true},
		{"64 KiB and a byte", fill(64<<10 + 1), false},
		{"1 MB", fill(1 << 20), false},
		{"6 MB and a byte", fill(6<<20 + 1), false},
		{"10 MB", fill(10 << 20), false},
	} {
		for _, encoded := range []bool{false, true} {
			b, asked := approving(t)
			body := c.body
			if encoded {
				body = base64.StdEncoding.EncodeToString([]byte(body))
			}
			r := b.send(call{line: "POST /v1/verify", body: body, base64: encoded, headers: with(personToken, nil)})
			if c.ok {
				r.expect(t, c.about, 200, "")
			} else {
				r.expect(t, c.about, 413, twofactor.CodeTooLarge)
			}
			if c.ok != (len(*asked) == 1) {
				t.Errorf("%s: the use case saw %d calls", c.about, len(*asked))
			}
		}
	}
}

func TestIN05_TheBatchTakesAQuarterOfAMegabyte(t *testing.T) {
	b := newBench(t, Directory)
	space := strings.Repeat(" ", 256<<10-len(`{"users":[]}`))
	b.platform("POST /v1/tenants/acme/users/batch", `{"users":[]}`+space).expect(t, "256 KiB", 422, twofactor.CodeInvalid)
	b.platform("POST /v1/tenants/acme/users/batch", `{"users":[]} `+space).expect(t, "a byte more", 413, twofactor.CodeTooLarge)
}

func TestIN05_ABodyThatIsNestedTooDeeplyIsRefused(t *testing.T) {
	for _, depth := range []int{33, 10_001} {
		b := newBench(t, Policy)
		deep := strings.Repeat("[", depth) + strings.Repeat("]", depth)
		b.platform("PUT /v1/tenants/acme/policy", `{"version":`+deep+`}`).expect(t, "ignored member", 400, twofactor.CodeMalformed)
		b.platform("PUT /v1/tenants/acme/policy", deep).expect(t, "whole body", 400, twofactor.CodeMalformed)
	}
}

func TestIN07_OnlyJSONInUTF8IsTaken(t *testing.T) {
	for contentType, ok := range map[string]bool{
		"application/json":                          true,
		"Application/JSON":                          true,
		"application/json; charset=utf-8":           true,
		"application/json;charset=UTF-8":            true,
		"":                                          false,
		"text/plain":                                false,
		"application/x-www-form-urlencoded":         false,
		"application/json; charset=iso-8859-1":      false,
		"application/json; charset=utf-16":          false,
		"application/json,text/plain":               false,
		"application/json, application/json":        false,
		"application/problem+json":                  false,
		"multipart/form-data; boundary=x":           false,
		"application/json; charset=utf-8; charset=": false,
	} {
		b, _ := approving(t)
		r := b.person("POST /v1/verify", `{"code":"123456"}`, "content-type", contentType)
		if ok {
			r.expect(t, contentType, 200, "")
		} else {
			r.expect(t, contentType, 415, twofactor.CodeUnsupportedMediaType)
		}
	}
}

func TestIN07_ABodyInBase64IsTheSameBody(t *testing.T) {
	b, asked := approving(t)
	body := base64.StdEncoding.EncodeToString([]byte(`{"code":"123456"}`))
	b.send(call{line: "POST /v1/verify", body: body, base64: true, headers: with(personToken, nil)}).expect(t, "base64", 200, "")
	if len(*asked) != 1 || (*asked)[0].Code.Reveal() != "123456" {
		t.Error("the use case did not get the code")
	}
	b.send(call{line: "POST /v1/verify", body: "{}", base64: true, headers: with(personToken, nil)}).expect(t, "not base64", 400, twofactor.CodeMalformed)
}

func TestAnAbsentBodyCountsAsTheEmptyObjectWhateverTheContentType(t *testing.T) {
	b := newBench(t, Verify)
	r := b.send(call{line: "POST /v1/verify", headers: map[string]string{"authorization": "Bearer " + personToken}})
	r.expect(t, "no body", 422, twofactor.CodeInvalid)
}

func FuzzDecodingABodyNeverPanicsAndNeverTakesWhatItShouldRefuse(f *testing.F) {
	for _, seed := range []string{`{"code":"123456"}`, `{"code":"1","remember_device":true}`, `null`, `{"code":"1","code":"2"}`, "{\"code\":\"\xff\"}", `{"code":"\u0000"}`, `[[[[`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		value, err := decode[verifyRequest](body)
		if err != nil {
			if code := twofactor.CodeOf(err); code != twofactor.CodeMalformed && code != twofactor.CodeInvalid {
				t.Fatalf("refused without a code: %v", err)
			}
			return
		}
		if strings.ContainsRune(value.Code, 0) || strings.Count(string(body), `"code":null`) > 0 {
			t.Fatalf("took %q", body)
		}
	})
}
