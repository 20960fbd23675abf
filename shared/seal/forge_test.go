package seal_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"sallyport/shared/twofactor"
)

// forge is a stand whose one published key the test holds itself, so that it
// can sign what Sallyport never would.
type forge struct {
	*stand
	key *ecdsa.PrivateKey
	kid string
}

func newForge(t testing.TB) *forge {
	t.Helper()
	s := newStand(t)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := jose.JSONWebKey{Key: &key.PublicKey, KeyID: "own", Algorithm: "ES256", Use: "sig"}.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	s.table.put(&twofactor.SigningKeys{Keys: []twofactor.SigningKey{{ID: "own", Public: public, ActiveFrom: start}}})
	return &forge{stand: s, key: key, kid: "own"}
}

const goodHeader = `{"alg":"ES256","typ":"sallyport+jwt","kid":"own"}`

// goodClaims are those of sample; change replaces a piece of them.
func goodClaims() string {
	return fmt.Sprintf(`{"iss":%q,"aud":"dashboard","sub":"jo","tid":"acme","jti":"login-1","iat":%d,"exp":%d,"auth_time":%d,"inc":"i1","gen":0,"amr":["otp","mfa"],"acr":"2fa"}`,
		issuer, start.Unix(), start.Unix()+120, start.Unix()-60)
}

// signed signs header and claims as they are, whatever they hold.
func (f *forge) signed(t testing.TB, header, claims string) twofactor.Secret {
	t.Helper()
	input := encode(header) + "." + encode(claims)
	digest := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, f.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return twofactor.Secret(input + "." + encode(raw(r, s)))
}

func raw(r, s *big.Int) string {
	return string(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

func encode(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func decode(t testing.TB, part string) string {
	t.Helper()
	plain, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}
