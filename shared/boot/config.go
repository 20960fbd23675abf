package boot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Config is what a function is told by its environment. Members that a
// function does not read are empty.
type Config struct {
	// Table is the name of the one table.
	Table string
	// Issuer is the address that clients use, without a slash at the end.
	Issuer string
	// SecretsKey and TokensKey are the ARNs of KMS keys.
	SecretsKey string
	TokensKey  string
	// MailFrom is the address that mails come from, ConfigurationSet the SES
	// configuration set that they are sent with.
	MailFrom         string
	ConfigurationSet string
	// BulkPerMinute is how many bulk mails may go out each minute.
	BulkPerMinute int
	// TenantRate is how many calls of one tenant one instance answers each
	// second.
	TenantRate int
	// RetentionDays is how long the trail keeps an event.
	RetentionDays int

	// Region is where the function runs.
	Region string
	// DynamoDB and SES are addresses to use in place of AWS's own; empty when
	// deployed.
	DynamoDB string
	SES      string
	// DevRootKey stands in for KMS under "sam local" and is refused anywhere
	// else.
	DevRootKey string
}

// setting is one environment name.
type setting struct {
	name string
	// functions are those that read it; nil means all.
	functions []string
	optional  bool
	// keep stores the value, or says what is wrong with it.
	keep func(c *Config, value string) (wrong string)
}

// settings lists every environment name. template.yaml declares the same
// names for the same functions; a test compares.
var settings = []setting{
	{name: "TABLE_NAME", keep: text(func(c *Config) *string { return &c.Table })},
	{name: "ISSUER_URL", keep: issuer},
	{
		name: "SECRETS_KEY_ARN", functions: []string{"verify", "enroll", "operator"},
		keep: text(func(c *Config) *string { return &c.SecretsKey }),
	},
	{
		name: "TOKENS_KEY_ARN", functions: []string{"verify", "enroll", "reset", "directory", "notify", "operator"},
		keep: text(func(c *Config) *string { return &c.TokensKey }),
	},
	{name: "MAIL_FROM", functions: []string{"notify"}, keep: text(func(c *Config) *string { return &c.MailFrom })},
	{
		name: "MAIL_CONFIGURATION_SET", functions: []string{"notify"},
		keep: text(func(c *Config) *string { return &c.ConfigurationSet }),
	},
	{
		name: "BULK_MAILS_PER_MINUTE", functions: []string{"notify"},
		keep: number(func(c *Config) *int { return &c.BulkPerMinute }),
	},
	{
		name: "EVENT_RETENTION_DAYS", functions: []string{"notify"},
		keep: number(func(c *Config) *int { return &c.RetentionDays }),
	},
	{
		name: "SALLYPORT_TENANT_RATE", functions: []string{"verify", "enroll", "policy", "reset", "directory"},
		keep: number(func(c *Config) *int { return &c.TenantRate }),
	},
	{name: "AWS_ENDPOINT_URL_DYNAMODB", optional: true, keep: text(func(c *Config) *string { return &c.DynamoDB })},
	{
		name: "AWS_ENDPOINT_URL_SESV2", functions: []string{"notify"}, optional: true,
		keep: text(func(c *Config) *string { return &c.SES }),
	},
	{name: devRootKey, optional: true, keep: text(func(c *Config) *string { return &c.DevRootKey })},
}

// devRootKey is the one setting that a deployed function must not have.
const devRootKey = "SALLYPORT_DEV_ROOT_KEY"

// Names lists the environment names that a function reads, beside those that
// Lambda itself sets.
func Names(function string) []string {
	var names []string
	for _, s := range settings {
		if s.concerns(function) {
			names = append(names, s.name)
		}
	}
	return names
}

func (s setting) concerns(function string) bool {
	return s.functions == nil || slices.Contains(s.functions, function)
}

// ReadConfig reads the settings of a function; env looks names up, like
// [os.Getenv]. Its error names everything that is missing or wrong.
func ReadConfig(function string, env func(string) string) (Config, error) {
	c := Config{Region: env("AWS_REGION")}
	var faults []string
	if c.Region == "" {
		faults = append(faults, "AWS_REGION is missing")
	}
	for _, s := range settings {
		if !s.concerns(function) {
			continue
		}
		value := env(s.name)
		if value == "" {
			if !s.optional {
				faults = append(faults, s.name+" is missing")
			}
			continue
		}
		if wrong := s.keep(&c, value); wrong != "" {
			faults = append(faults, s.name+" "+wrong)
		}
	}
	if c.DevRootKey != "" && env("AWS_SAM_LOCAL") != "true" {
		faults = append(faults, devRootKey+" is for sam local alone")
	}
	if len(faults) > 0 {
		return Config{}, fmt.Errorf("the settings of %s: %s", function, strings.Join(faults, "; "))
	}
	return c, nil
}

// text keeps a value as it is.
func text(member func(*Config) *string) func(*Config, string) string {
	return func(c *Config, value string) string {
		*member(c) = value
		return ""
	}
}

// number keeps a whole number above zero.
func number(member func(*Config) *int) func(*Config, string) string {
	return func(c *Config, value string) string {
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return "is not a whole number above zero"
		}
		*member(c) = n
		return ""
	}
}

// issuer keeps the address of the service. Tokens and problems repeat it, so
// it must be written in one way only.
func issuer(c *Config, value string) string {
	if !strings.HasPrefix(value, "https://") && !strings.HasPrefix(value, "http://") || strings.HasSuffix(value, "/") {
		return "is not an http(s) address without a slash at the end"
	}
	c.Issuer = value
	return ""
}
