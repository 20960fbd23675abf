package boot

import (
	"context"
	"errors"
	"net"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"sallyport/shared/dynamo"
)

// How long a call to AWS may take. The slowest path of a request (a read, a
// write whose answer is lost, the read that settles it) has at most five tries
// and so ends within the ten seconds of the shortest function.
const (
	dialTimeout = time.Second
	callTimeout = 1800 * time.Millisecond
	callTries   = 2
)

// AWS is the configuration of every client. It is made by hand: the SDK's
// default chain looks into files and metadata services that a function does
// not have, and costs start-up time.
func (c Config) AWS() aws.Config {
	return aws.Config{
		Region:      c.Region,
		Credentials: aws.NewCredentialsCache(aws.CredentialsProviderFunc(environmentCredentials)),
		HTTPClient: awshttp.NewBuildableClient().WithTimeout(callTimeout).WithDialerOptions(func(d *net.Dialer) {
			d.Timeout = dialTimeout
		}),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts = callTries
				o.MaxBackoff = 200 * time.Millisecond
			})
		},
	}
}

// environmentCredentials reads the credentials that Lambda gives a function.
func environmentCredentials(context.Context) (aws.Credentials, error) {
	credentials := aws.Credentials{
		AccessKeyID:     os.Getenv("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken:    os.Getenv("AWS_SESSION_TOKEN"),
		Source:          "environment",
	}
	if !credentials.HasKeys() {
		return aws.Credentials{}, errors.New("the environment holds no AWS credentials")
	}
	return credentials, nil
}

// table makes the client of the table.
func (c Config) table() *dynamodb.Client {
	return dynamodb.NewFromConfig(c.AWS(), func(o *dynamodb.Options) {
		o.BaseEndpoint, o.EndpointResolverV2 = Endpoint(c.DynamoDB), dynamo.NewEndpoints()
	})
}

// keys makes the client of KMS.
func (c Config) keys() *kms.Client { return kms.NewFromConfig(c.AWS()) }

// Endpoint turns an address into a client's BaseEndpoint: nil, which means
// AWS's own, for an empty one.
func Endpoint(url string) *string {
	if url == "" {
		return nil
	}
	return aws.String(url)
}
