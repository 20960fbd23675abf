package seal

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"sallyport/shared/twofactor"
)

// KMSClient is the part of the KMS client that a KMSRoot calls.
type KMSClient interface {
	// GenerateDataKey makes a key and returns it in the clear and wrapped.
	GenerateDataKey(context.Context, *kms.GenerateDataKeyInput, ...func(*kms.Options)) (*kms.GenerateDataKeyOutput, error)
	// Decrypt opens a wrapped key.
	Decrypt(context.Context, *kms.DecryptInput, ...func(*kms.Options)) (*kms.DecryptOutput, error)
}

// KMSRoot wraps root keys with KMS. The purpose is part of the encryption
// context, so that an IAM statement can grant one purpose and not another.
type KMSRoot struct {
	client     KMSClient
	secretsKey string
	tokensKey  string
}

// NewKMSRoot returns a Root on KMS. Each key is an ARN or an alias; one that
// the function has no right to is "" and its purposes are refused.
func NewKMSRoot(client KMSClient, secretsKey, tokensKey string) *KMSRoot {
	return &KMSRoot{client: client, secretsKey: secretsKey, tokensKey: tokensKey}
}

// keyFor returns the KMS key of a purpose: tenants' secrets have one of their
// own, so that a function that handles tokens can't open them.
func (r *KMSRoot) keyFor(purpose twofactor.RootPurpose) (*string, error) {
	key := r.tokensKey
	if purpose == twofactor.RootTenant {
		key = r.secretsKey
	}
	if key == "" {
		return nil, fmt.Errorf("this function has no KMS key for purpose %q", purpose)
	}
	return aws.String(key), nil
}

func encryptionContext(purpose twofactor.RootPurpose) map[string]string {
	return map[string]string{"service": "sallyport", "purpose": string(purpose)}
}

// NewKey implements Root with GenerateDataKey.
func (r *KMSRoot) NewKey(ctx context.Context, purpose twofactor.RootPurpose) (plain, wrapped []byte, err error) {
	key, err := r.keyFor(purpose)
	if err != nil {
		return nil, nil, err
	}
	out, err := r.client.GenerateDataKey(ctx, &kms.GenerateDataKeyInput{
		KeyId:             key,
		KeySpec:           types.DataKeySpecAes256,
		EncryptionContext: encryptionContext(purpose),
	})
	if err != nil {
		return nil, nil, fmt.Errorf("make a root key: %w", err)
	}
	if len(out.Plaintext) != keySize || len(out.CiphertextBlob) == 0 {
		return nil, nil, errors.New("make a root key: KMS answered with something else")
	}
	return out.Plaintext, out.CiphertextBlob, nil
}

// Unwrap implements Root with Decrypt. It names the KMS key, so that a blob
// that another key wrapped is refused.
func (r *KMSRoot) Unwrap(ctx context.Context, purpose twofactor.RootPurpose, wrapped []byte) ([]byte, error) {
	key, err := r.keyFor(purpose)
	if err != nil {
		return nil, err
	}
	out, err := r.client.Decrypt(ctx, &kms.DecryptInput{
		KeyId:             key,
		CiphertextBlob:    wrapped,
		EncryptionContext: encryptionContext(purpose),
	})
	if err != nil {
		return nil, fmt.Errorf("open a root key: %w", err)
	}
	if len(out.Plaintext) != keySize {
		return nil, errors.New("open a root key: KMS answered with something else")
	}
	return out.Plaintext, nil
}
