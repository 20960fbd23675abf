package seal

import (
	"context"
	"crypto/ecdsa"
	"time"

	"github.com/go-jose/go-jose/v4"

	"sallyport/shared/twofactor"
)

// ReadAssertion implements [twofactor.AssertionReader]. The header must hold
// alg, typ and kid and nothing else, and kid must be one of our own published
// keys: nothing in a token can make us fetch or trust another one (RFC 8725
// §3.1, §3.10, §3.11).
func (k *Keeper) ReadAssertion(ctx context.Context, token twofactor.Secret) (twofactor.Assertion, error) {
	fields, ok := header(token.Reveal(), 3)
	if !ok || !only(fields, map[string]string{
		"alg": string(jose.ES256), "typ": typAssertion, "kid": fields["kid"],
	}) {
		return twofactor.Assertion{}, twofactor.ErrBadToken
	}
	keys, err := k.signing.get(ctx)
	if err != nil {
		return twofactor.Assertion{}, notNow("check an assertion", err)
	}
	for _, key := range keys {
		if key.ID == fields["kid"] && key.Published(k.now()) {
			return readWith(key.public, token.Reveal(), k.issuer)
		}
	}
	return twofactor.Assertion{}, twofactor.ErrBadToken
}

// readWith checks the signature before it looks at the claims.
func readWith(public *ecdsa.PublicKey, token, issuer string) (twofactor.Assertion, error) {
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return twofactor.Assertion{}, twofactor.ErrBadToken
	}
	payload, err := parsed.Verify(public)
	if err != nil {
		return twofactor.Assertion{}, twofactor.ErrBadToken
	}
	var claims assertionClaims
	if err := unmarshal(payload, &claims); err != nil || !claims.complete() || claims.Issuer != issuer {
		return twofactor.Assertion{}, twofactor.ErrBadToken
	}
	return twofactor.Assertion{
		Issuer: claims.Issuer, Audience: claims.Audience,
		Ref:     twofactor.Ref{Tenant: claims.Tenant, User: claims.Subject},
		LoginID: claims.ID, IssuedAt: time.Unix(claims.IssuedAt, 0).UTC(),
		ExpiresAt: time.Unix(claims.ExpiresAt, 0).UTC(), AuthTime: time.Unix(claims.AuthTime, 0).UTC(),
		Inc: claims.Inc, Generation: *claims.Generation, AMR: claims.AMR, ACR: claims.ACR,
	}, nil
}

// complete reports whether every claim is there, with a time where a time
// belongs.
func (c assertionClaims) complete() bool {
	for _, text := range []string{c.Issuer, c.Audience, c.Subject, c.Tenant, c.ID, c.Inc} {
		if text == "" {
			return false
		}
	}
	for _, date := range []int64{c.IssuedAt, c.ExpiresAt, c.AuthTime} {
		if date <= 0 || date > maxNumericDate {
			return false
		}
	}
	return c.Generation != nil && len(c.AMR) > 0 && (c.ACR == "1fa" || c.ACR == "2fa") && c.ExpiresAt > c.IssuedAt
}
