package seal

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"

	"sallyport/shared/twofactor"
)

// What keys are derived for. Each is used for nothing else.
const (
	useDataKey    = "tenant data key"
	useSecret     = "sealed secret"
	useBackupCode = "backup code"
	useMail       = "mail"
	useSigningKey = "signing key"
	useToken      = "token "
)

// NewDataKey implements [twofactor.Vault].
func (k *Keeper) NewDataKey(ctx context.Context, tenant string) (twofactor.SecretBytes, error) {
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // it never fails
	wrapped, err := k.ring.wrap(ctx, twofactor.RootTenant, useDataKey, key, tenant)
	if err != nil {
		return nil, notNow("make a tenant's data key", err)
	}
	return wrapped, nil
}

// OpenDataKey implements [twofactor.Vault].
func (k *Keeper) OpenDataKey(ctx context.Context, tenant string, wrapped twofactor.SecretBytes) (twofactor.DataKey, error) {
	key, err := k.ring.unwrapped(ctx, twofactor.RootTenant, useDataKey, wrapped.Reveal(), tenant)
	if err != nil {
		return nil, notNow("open a tenant's data key", err)
	}
	mac, err := derive(key, useBackupCode)
	if err != nil {
		return nil, notNow("open a tenant's data key", err)
	}
	return &dataKey{key: key, mac: mac}, nil
}

// dataKey implements [twofactor.DataKey].
type dataKey struct {
	key []byte
	mac []byte
}

// Seal implements [twofactor.DataKey]. A secret of 20 bytes becomes 49: the
// auth record has room for 64.
func (d *dataKey) Seal(plain []byte, binding twofactor.Binding) (twofactor.SecretBytes, error) {
	sealed, err := sealWith(d.key, useSecret, plain, owner(binding)...)
	if err != nil {
		return nil, notNow("seal a secret", err)
	}
	return append([]byte{envelopeVersion}, sealed...), nil
}

// Open implements [twofactor.DataKey].
func (d *dataKey) Open(sealed twofactor.SecretBytes, binding twofactor.Binding) ([]byte, error) {
	if len(sealed) == 0 || sealed[0] != envelopeVersion {
		return nil, notNow("open a secret", errEnvelope)
	}
	plain, err := openWith(d.key, useSecret, sealed.Reveal()[1:], owner(binding)...)
	if err != nil {
		return nil, notNow("open a secret", err)
	}
	return plain, nil
}

// HashBackupCode implements [twofactor.DataKey]. The binding is hashed too:
// the same code gives another hash for another user or generation.
func (d *dataKey) HashBackupCode(code twofactor.Secret, binding twofactor.Binding) twofactor.BackupHash {
	mac := hmac.New(sha256.New, d.mac)
	mac.Write(frame(append(owner(binding), code.Reveal())))
	return twofactor.BackupHash(mac.Sum(nil)[:len(twofactor.BackupHash{})])
}

// owner lists what a sealed value is bound to; frame keeps the parts apart.
func owner(b twofactor.Binding) []string {
	generation := string(binary.BigEndian.AppendUint64(nil, b.Generation))
	return []string{b.Tenant, b.User, b.Incarnation, generation}
}

// SealMail implements [twofactor.MailVault].
func (k *Keeper) SealMail(ctx context.Context, mailID string, text twofactor.Secret) (twofactor.SecretBytes, error) {
	sealed, err := k.ring.wrap(ctx, twofactor.RootMail, useMail, []byte(text.Reveal()), mailID)
	if err != nil {
		return nil, notNow("seal a mail's secret", err)
	}
	return sealed, nil
}

// OpenMail implements [twofactor.MailVault].
func (k *Keeper) OpenMail(ctx context.Context, mailID string, sealed twofactor.SecretBytes) (twofactor.Secret, error) {
	text, err := k.ring.unwrapped(ctx, twofactor.RootMail, useMail, sealed.Reveal(), mailID)
	if err != nil {
		return "", notNow("open a mail's secret", err)
	}
	return twofactor.Secret(text), nil
}
