package boot

import (
	"crypto/rand"
	"log/slog"
	"os"
	"time"

	"sallyport/shared/dynamo"
	"sallyport/shared/seal"
	"sallyport/shared/twofactor"
)

// Base is what every function has: its settings, its log, the table and the
// keys. Which keys it can open is up to its role.
type Base struct {
	Config Config
	Log    *slog.Logger
	Keeper *seal.Keeper
	// Deps has store, clock, randomness and issuer; builders add the parts of
	// the Keeper that their function may use.
	Deps twofactor.Deps
}

// Open reads the settings of a function from the environment and makes its
// Base.
func Open(function string) (*Base, error) {
	config, err := ReadConfig(function, os.Getenv)
	if err != nil {
		return nil, err
	}
	root, err := config.root()
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	store := dynamo.New(config.table(), config.Table)
	return &Base{
		Config: config,
		Log:    log,
		Keeper: seal.New(seal.Options{
			Loader: store, Root: root, Now: now, Issuer: config.Issuer,
			Report: func(purpose twofactor.RootPurpose, err error) {
				log.Warn("root key service is away", "code", "root_key_stale", "purpose", string(purpose), "error", err.Error())
			},
		}),
		Deps: twofactor.Deps{Store: store, Now: now, Random: rand.Reader, Issuer: config.Issuer},
	}, nil
}

// root chooses what wraps root keys: KMS, or under "sam local" the key that
// the environment gives.
func (c Config) root() (seal.Root, error) {
	if c.DevRootKey != "" {
		return seal.NewFileRoot("", os.Getenv)
	}
	return seal.NewKMSRoot(c.keys(), c.SecretsKey, c.TokensKey), nil
}

func now() time.Time { return time.Now().UTC() }
