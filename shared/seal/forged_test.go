package seal_test

import (
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"sallyport/shared/twofactor"
)

func TestWhatTheTestsForgeIsGoodUntilItIsChanged(t *testing.T) {
	f := newForge(t)
	got, err := f.ReadAssertion(ctx, f.signed(t, goodHeader, goodClaims()))
	if err != nil || !reflect.DeepEqual(got, sample) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestJW01AnAssertionWithoutASignatureIsRefused(t *testing.T) {
	f := newForge(t)
	for _, alg := range []string{"none", "None", "NONE", ""} {
		header := strings.Replace(goodHeader, "ES256", alg, 1)
		for _, signature := range []string{"", "AA", encode(strings.Repeat("\x00", 64))} {
			_, err := f.ReadAssertion(ctx, twofactor.Secret(encode(header)+"."+encode(goodClaims())+"."+signature))
			wantBad(t, err)
		}
	}
	good := f.signed(t, goodHeader, goodClaims()).Reveal()
	_, err := f.ReadAssertion(ctx, twofactor.Secret(good[:strings.LastIndex(good, ".")+1]))
	wantBad(t, err)
}

func TestJW02ThePublicKeyIsNoSecretForHS256(t *testing.T) {
	f := newForge(t)
	input := encode(strings.Replace(goodHeader, "ES256", "HS256", 1)) + "." + encode(goodClaims())
	point, err := f.key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range [][]byte{f.signingKeys().Keys[0].Public, point} {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(input))
		_, err := f.ReadAssertion(ctx, twofactor.Secret(input+"."+encode(string(mac.Sum(nil)))))
		wantBad(t, err)
	}
}

func TestJW03NothingInTheHeaderChoosesAnotherKey(t *testing.T) {
	f := newForge(t)
	embedded, err := jose.JSONWebKey{Key: &f.key.PublicKey}.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range []string{
		strings.Replace(goodHeader, `"own"`, `"other"`, 1),
		strings.Replace(goodHeader, `"own"`, `"../../dev/null"`, 1),
		strings.Replace(goodHeader, `"own"`, `"' OR 1=1 --"`, 1),
		strings.Replace(goodHeader, `"own"`, `"https://evil.example/key"`, 1),
		strings.Replace(goodHeader, `"own"`, `""`, 1),
		strings.Replace(goodHeader, `"own"`, `["own"]`, 1),
		strings.Replace(goodHeader, `,"kid":"own"`, ``, 1),
		strings.Replace(goodHeader, `{`, `{"jku":"https://evil.example/jwks.json",`, 1),
		strings.Replace(goodHeader, `{`, `{"x5u":"https://evil.example/cert.pem",`, 1),
		strings.Replace(goodHeader, `{`, `{"x5c":[],`, 1),
		strings.Replace(goodHeader, `{`, `{"jwk":`+string(embedded)+`,`, 1),
		strings.Replace(goodHeader, `{`, `{"crit":["b64"],"b64":false,`, 1),
		strings.Replace(goodHeader, `{`, `{"nonce":"x",`, 1),
		strings.Replace(goodHeader, `{`, `{"kid":"own",`, 1),
	} {
		_, err := f.ReadAssertion(ctx, f.signed(t, header, goodClaims()))
		wantBad(t, err)
	}
}

func TestJW03AKeyOfAnotherServiceIsNotTaken(t *testing.T) {
	f, other := newForge(t), newForge(t)
	_, err := f.ReadAssertion(ctx, other.signed(t, goodHeader, goodClaims()))
	wantBad(t, err)
}

func TestJW04WrongOrMissingClaimsAndTypesAreRefused(t *testing.T) {
	f := newForge(t)
	for _, header := range []string{
		strings.Replace(goodHeader, "sallyport+jwt", "JWT", 1),
		strings.Replace(goodHeader, "sallyport+jwt", "SALLYPORT+JWT", 1),
		strings.Replace(goodHeader, "sallyport+jwt", "application/sallyport+jwt", 1),
		strings.Replace(goodHeader, `"typ":"sallyport+jwt",`, ``, 1),
	} {
		_, err := f.ReadAssertion(ctx, f.signed(t, header, goodClaims()))
		wantBad(t, err)
	}
	for _, change := range [][2]string{
		{`"iss":"` + issuer, `"iss":"https://evil.example`},
		{`"iss":"` + issuer, `"iss":"` + issuer + `/`},
		{`"aud":"dashboard"`, `"aud":["dashboard"]`},
		{`"aud":"dashboard"`, `"aud":["dashboard","other"]`},
		{`"aud":"dashboard"`, `"aud":null`},
		{`"sub":"jo"`, `"sub":""`},
		{`"sub":"jo"`, `"sub":7`},
		{`"acr":"2fa"`, `"acr":"3fa"`},
		{`"amr":["otp","mfa"]`, `"amr":[]`},
		{`"amr":["otp","mfa"]`, `"amr":"mfa"`},
		{`"gen":0`, `"gen":-1`},
		{`"gen":0`, `"gen":null`},
	} {
		changed := strings.Replace(goodClaims(), change[0], change[1], 1)
		if changed == goodClaims() {
			t.Fatalf("%s is not there", change[0])
		}
		_, err := f.ReadAssertion(ctx, f.signed(t, goodHeader, changed))
		wantBad(t, err)
	}
}

func TestJW04NoClaimMayBeMissing(t *testing.T) {
	f := newForge(t)
	var claims map[string]json.RawMessage
	if err := json.Unmarshal([]byte(goodClaims()), &claims); err != nil {
		t.Fatal(err)
	}
	for name, value := range claims {
		delete(claims, name)
		without, err := json.Marshal(claims)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.ReadAssertion(ctx, f.signed(t, goodHeader, string(without))); err == nil {
			t.Errorf("%s may be missing", name)
		} else {
			wantBad(t, err)
		}
		claims[name] = value
	}
}

func TestJW05TimesMustBeWholeSecondsOfOurEra(t *testing.T) {
	f := newForge(t)
	iat := fmt.Sprintf(`"iat":%d`, start.Unix())
	for _, value := range []string{
		"1e400", "1.5", `"1"`, "-1", "0", "null", "true", "[]", "{}", "253402300800", "9223372036854775808", "NaN",
		fmt.Sprint(start.Unix() + 120), fmt.Sprint(start.Unix() + 121),
	} {
		changed := strings.Replace(goodClaims(), iat, `"iat":`+value, 1)
		if _, err := f.ReadAssertion(ctx, f.signed(t, goodHeader, changed)); err == nil {
			t.Errorf("iat %s is taken", value)
		} else {
			wantBad(t, err)
		}
	}
}

func TestJW05AgesAreLeftToTheRuleThatReadsThem(t *testing.T) {
	f := newForge(t)
	f.advance(24 * time.Hour)
	got, err := f.ReadAssertion(ctx, f.signed(t, goodHeader, goodClaims()))
	if err != nil || !got.ExpiresAt.Equal(sample.ExpiresAt) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestJW06HugeAndHostileAssertionsAreRefusedBeforeTheyAreParsed(t *testing.T) {
	s := newStand(t)
	for _, token := range hostile() {
		allocated := testing.AllocsPerRun(3, func() {
			_, err := s.ReadAssertion(ctx, token)
			wantBad(t, err)
		})
		if allocated > 100 {
			t.Errorf("an assertion of %d bytes takes %.0f allocations", len(token), allocated)
		}
	}
	if s.root.calls+s.table.loads != 0 {
		t.Error("a hostile assertion made calls")
	}
}

func TestJW07OnlyARawSignatureOf64BytesCounts(t *testing.T) {
	f := newForge(t)
	good := f.signed(t, goodHeader, goodClaims()).Reveal()
	input, signature, _ := strings.Cut(good[strings.Index(good, ".")+1:], ".")
	input = encode(goodHeader) + "." + input
	bytes, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil {
		t.Fatal(err)
	}
	r, s := new(big.Int).SetBytes(bytes[:32]), new(big.Int).SetBytes(bytes[32:])
	der, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	if err != nil {
		t.Fatal(err)
	}
	zero, n := new(big.Int), elliptic.P256().Params().N
	for name, signature := range map[string]string{
		"r is 0": raw(zero, s), "s is 0": raw(r, zero), "both are 0": raw(zero, zero),
		"r is n": raw(n, s), "s is n": raw(r, n), "swapped": raw(s, r),
		"DER": string(der), "short": string(bytes[:63]), "long": string(bytes) + "\x00", "empty": "",
	} {
		if _, err := f.ReadAssertion(ctx, twofactor.Secret(input+"."+encode(signature))); err == nil {
			t.Errorf("%s: accepted", name)
		} else {
			wantBad(t, err)
		}
	}
}

func TestJW08ARepeatedClaimIsRefused(t *testing.T) {
	f := newForge(t)
	for _, again := range []string{`"sub":"admin"`, `"sub":"jo"`, `"aud":"other"`, `"\u0073ub":"admin"`, `"exp":9999999999`} {
		_, err := f.ReadAssertion(ctx, f.signed(t, goodHeader, strings.Replace(goodClaims(), "{", "{"+again+",", 1)))
		wantBad(t, err)
	}
	for _, claims := range []string{
		strings.Replace(goodClaims(), `"sub"`, `"SUB"`, 1), goodClaims() + "{}", goodClaims() + "x", "null", "[]", "",
		strings.Replace(goodClaims(), `"jo"`, "\"\xff\"", 1),
	} {
		_, err := f.ReadAssertion(ctx, f.signed(t, goodHeader, claims))
		wantBad(t, err)
	}
}
