package seal

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"

	"sallyport/shared/twofactor"
)

// typAssertion is the typ of an assertion (contract §4.2): a token of another
// type, signed by whatever key, is none.
const typAssertion = "sallyport+jwt"

// maxNumericDate is the end of the year 9999 in Unix time.
const maxNumericDate = 253402300799

// assertionClaims are the claims of contract §4.2. Pointers tell a missing
// claim from a zero.
type assertionClaims struct {
	Issuer     string   `json:"iss"`
	Audience   string   `json:"aud"`
	Subject    string   `json:"sub"`
	Tenant     string   `json:"tid"`
	ID         string   `json:"jti"`
	IssuedAt   int64    `json:"iat"`
	ExpiresAt  int64    `json:"exp"`
	AuthTime   int64    `json:"auth_time"`
	Inc        string   `json:"inc"`
	Generation *uint64  `json:"gen"`
	AMR        []string `json:"amr"`
	ACR        string   `json:"acr"`
}

// Ready implements [twofactor.Signer] with the key that is current now.
func (k *Keeper) Ready(ctx context.Context) (twofactor.SignFunc, error) {
	keys, err := k.signing.get(ctx)
	if err != nil {
		return nil, notNow("sign an assertion", err)
	}
	current, ok := currentKey(keys, k.now())
	if !ok {
		return nil, notNow("sign an assertion", errors.New("no signing key is current"))
	}
	private, err := k.openSigning(ctx, current)
	if err != nil {
		return nil, notNow("sign an assertion", err)
	}
	return signWith(private, current.ID)
}

// currentKey returns the newest key whose time to sign has come.
func currentKey(keys []signingKey, now time.Time) (current signingKey, ok bool) {
	for _, key := range keys {
		if key.Signs(now) && (!ok || key.ActiveFrom.After(current.ActiveFrom)) {
			current, ok = key, true
		}
	}
	return current, ok
}

func signWith(private *ecdsa.PrivateKey, id string) (twofactor.SignFunc, error) {
	key := jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: private, KeyID: id}}
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType(typAssertion))
	if err != nil {
		return nil, notNow("sign an assertion", err)
	}
	return func(a twofactor.Assertion) (twofactor.Secret, error) {
		payload, err := json.Marshal(assertionClaims{
			Issuer: a.Issuer, Audience: a.Audience, Subject: a.Ref.User, Tenant: a.Ref.Tenant, ID: a.LoginID,
			IssuedAt: a.IssuedAt.Unix(), ExpiresAt: a.ExpiresAt.Unix(), AuthTime: a.AuthTime.Unix(),
			Inc: a.Inc, Generation: &a.Generation, AMR: a.AMR, ACR: a.ACR,
		})
		if err != nil {
			return "", notNow("sign an assertion", err)
		}
		signed, err := signer.Sign(payload)
		if err != nil {
			return "", notNow("sign an assertion", err)
		}
		token, err := signed.CompactSerialize()
		return twofactor.Secret(token), err
	}, nil
}
