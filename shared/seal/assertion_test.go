package seal_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

var sample = twofactor.Assertion{
	Issuer: issuer, Audience: "dashboard", Ref: twofactor.Ref{Tenant: "acme", User: "jo"},
	LoginID: "login-1", IssuedAt: start, ExpiresAt: start.Add(120 * time.Second), AuthTime: start.Add(-time.Minute),
	Inc: "i1", Generation: 0, AMR: []string{"otp", "mfa"}, ACR: "2fa",
}

// sign signs an assertion with the stand's current key.
func sign(t testing.TB, s *stand, a twofactor.Assertion) twofactor.Secret {
	t.Helper()
	signer, err := s.Ready(ctx)
	if err != nil {
		t.Fatal(err)
	}
	token, err := signer(a)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestAnAssertionReadsBackAsItWasSigned(t *testing.T) {
	s := newStand(t)
	got, err := s.keeper().ReadAssertion(ctx, sign(t, s, sample))
	if err != nil || !reflect.DeepEqual(got, sample) {
		t.Errorf("got  %+v (%v)\nwant %+v", got, err, sample)
	}
	if s.root.calls != 1 {
		t.Errorf("signing and reading took %d calls to the key service, want one", s.root.calls)
	}
}

func TestAnAssertionHasExactlyTheHeaderAndClaimsOfTheContract(t *testing.T) {
	s := newStand(t)
	parts := strings.Split(sign(t, s, sample).Reveal(), ".")
	for i, want := range []string{
		fmt.Sprintf(`{"alg":"ES256","typ":"sallyport+jwt","kid":%q}`, s.signingKeys().Keys[0].ID),
		fmt.Sprintf(`{"iss":%q,"aud":"dashboard","sub":"jo","tid":"acme","jti":"login-1","iat":%d,"exp":%d,
			"auth_time":%d,"inc":"i1","gen":0,"amr":["otp","mfa"],"acr":"2fa"}`,
			issuer, start.Unix(), start.Unix()+120, start.Unix()-60),
	} {
		plain, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		var got, wanted map[string]any
		if err := json.Unmarshal(plain, &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(want), &wanted); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, wanted) {
			t.Errorf("got  %v\nwant %v", got, wanted)
		}
	}
}

func (s *stand) signingKeys() *twofactor.SigningKeys {
	return s.table.records[twofactor.SigningKeysKey()].(*twofactor.SigningKeys)
}

func TestAClaimOfALaterVersionIsIgnored(t *testing.T) {
	f := newForge(t)
	_, err := f.ReadAssertion(ctx, f.signed(t, goodHeader, strings.Replace(goodClaims(), "{", `{"later":[1],`, 1)))
	if err != nil {
		t.Error(err)
	}
}

func TestAPersonTokenIsNoAssertionAndTheOtherWayRound(t *testing.T) {
	s := newStand(t)
	token, err := s.SealToken(ctx, twofactor.Token{Kind: twofactor.TokenLogin})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.ReadAssertion(ctx, token)
	wantBad(t, err)
	_, err = s.OpenToken(ctx, sign(t, s, sample), kinds...)
	wantBad(t, err)
}

func TestWithTheTableAwayAnAssertionIsNotCalledBad(t *testing.T) {
	s := newStand(t)
	token := sign(t, s, sample)
	s.table.away = errAway
	_, err := s.keeper().ReadAssertion(ctx, token)
	wantNotNow(t, err)
}
