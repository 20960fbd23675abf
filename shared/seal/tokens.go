package seal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"

	"sallyport/shared/twofactor"
)

// typToken is the typ of a person token; cty names its kind.
const typToken = "sallyport+jwe"

// SealToken implements [twofactor.Tokens]: a JWE (RFC 7516), direct
// encryption with A256GCM, under a key of the token's kind. It fails when the
// token would be longer than 8 KB, because no header could carry it.
func (k *Keeper) SealToken(ctx context.Context, t twofactor.Token) (twofactor.Secret, error) {
	root, err := k.ring.sealing(ctx, twofactor.RootToken)
	if err != nil {
		return "", notNow("seal a token", err)
	}
	token, err := encrypt(root, t)
	if err != nil {
		return "", notNow("seal a token", err)
	}
	return twofactor.Secret(token), nil
}

func encrypt(root rootKey, t twofactor.Token) (string, error) {
	key, err := derive(root.key, useToken+string(t.Kind))
	if err != nil {
		return "", err
	}
	options := (&jose.EncrypterOptions{}).WithType(typToken).WithContentType(jose.ContentType(t.Kind))
	encrypter, err := jose.NewEncrypter(jose.A256GCM,
		jose.Recipient{Algorithm: jose.DIRECT, Key: key, KeyID: root.id}, options)
	if err != nil {
		return "", err
	}
	claims, err := json.Marshal(claimsOf(t))
	if err != nil {
		return "", err
	}
	sealed, err := encrypter.Encrypt(claims)
	if err != nil {
		return "", err
	}
	token, err := sealed.CompactSerialize()
	if err == nil && len(token) > maxToken {
		return "", fmt.Errorf("a token of %d bytes is too long", len(token))
	}
	return token, err
}

// OpenToken implements [twofactor.Tokens].
func (k *Keeper) OpenToken(ctx context.Context, token twofactor.Secret, kinds ...twofactor.TokenKind) (twofactor.Token, error) {
	fields, ok := header(token.Reveal(), 5)
	kind := twofactor.TokenKind(fields["cty"])
	if !ok || !slices.Contains(kinds, kind) || !only(fields, map[string]string{
		"alg": string(jose.DIRECT), "enc": string(jose.A256GCM),
		"typ": typToken, "cty": string(kind), "kid": fields["kid"],
	}) {
		return twofactor.Token{}, twofactor.ErrBadToken
	}
	root, err := k.ring.opening(ctx, twofactor.RootToken, fields["kid"])
	if errors.Is(err, errUnknownKey) {
		return twofactor.Token{}, twofactor.ErrBadToken
	}
	if err != nil {
		return twofactor.Token{}, notNow("open a token", err)
	}
	return decrypt(root, kind, token.Reveal())
}

func decrypt(root rootKey, kind twofactor.TokenKind, token string) (twofactor.Token, error) {
	key, err := derive(root.key, useToken+string(kind))
	if err != nil {
		return twofactor.Token{}, notNow("open a token", err)
	}
	parsed, err := jose.ParseEncryptedCompact(token,
		[]jose.KeyAlgorithm{jose.DIRECT}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return twofactor.Token{}, twofactor.ErrBadToken
	}
	plain, err := parsed.Decrypt(key)
	if err != nil {
		return twofactor.Token{}, twofactor.ErrBadToken
	}
	var claims tokenClaims
	if err := unmarshal(plain, &claims); err != nil {
		return twofactor.Token{}, twofactor.ErrBadToken
	}
	return claims.token(kind), nil
}
