package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"sallyport/local/parts"
	"sallyport/shared/boot"
	"sallyport/shared/dynamo"
	"sallyport/shared/twofactor"
)

// table is the name of the table on DynamoDB Local.
const table = "sallyport"

// audience is what the API key's assertions carry.
const audience = "https://dashboard.example"

// localCredentials are any: DynamoDB Local looks at nothing but their form.
var localCredentials = credentials.NewStaticCredentialsProvider("local", "local", "")

// stack is everything that runs.
type stack struct {
	dir     string // for logs and settings
	envFile string
	url     string // of the API
	dynamo  string // address of DynamoDB Local, from here
	inbox   string // address of the local SES, from here; "" without Node
	apiKey  string
	lambda  *parts.Process
	stops   []func()
}

// startStack starts the parts, makes table and keys, and serves the API on
// port. What was started is stopped by stop, also after an error.
func startStack(ctx context.Context, dir string, port int) (*stack, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	s := &stack{dir: dir, envFile: filepath.Join(dir, "env.json"), url: fmt.Sprintf("http://127.0.0.1:%d", port)}
	if err := s.start(ctx, port); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (s *stack) start(ctx context.Context, port int) error {
	for _, start := range []func(context.Context) error{s.startTable, s.startMail, s.writeSettings, s.startLambda, s.makeKeys, s.startStream} {
		if err := start(ctx); err != nil {
			return err
		}
	}
	api, err := startServer(ctx, "start-api", s.envFile, filepath.Join(s.dir, "api.log"), port)
	if err != nil {
		return err
	}
	s.stops = append(s.stops, api.Stop)
	return nil
}

// stop ends what was started, in reverse.
func (s *stack) stop() {
	for i := len(s.stops) - 1; i >= 0; i-- {
		s.stops[i]()
	}
	s.stops = nil
	removeContainers()
}

// startTable runs DynamoDB Local, in memory, and makes the table.
func (s *stack) startTable(ctx context.Context) error {
	process, err := parts.DynamoDB{Local: "local", Log: filepath.Join(s.dir, "dynamodb.log")}.Start(ctx)
	if err != nil {
		return err
	}
	s.stops = append(s.stops, process.Stop)
	s.dynamo = process.URL
	_, err = s.tableClient().CreateTable(ctx, dynamo.TableInput(table))
	return err
}

func (s *stack) tableClient() *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: region, BaseEndpoint: aws.String(s.dynamo), Credentials: localCredentials,
	})
}

// writeSettings writes what "sam local" gives to the functions. The root key
// stands in for KMS and lives as long as the table does.
func (s *stack) writeSettings(context.Context) error {
	root := make([]byte, 32)
	_, _ = rand.Read(root) // it never fails
	settings, err := json.MarshalIndent(map[string]map[string]string{"Parameters": {
		"TABLE_NAME":                table,
		"ISSUER_URL":                s.url,
		"AWS_ENDPOINT_URL_DYNAMODB": fromContainer(s.dynamo),
		"AWS_ENDPOINT_URL_SESV2":    fromContainer(s.inbox),
		"SALLYPORT_DEV_ROOT_KEY":    hex.EncodeToString(root),
	}}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(s.envFile, settings, 0o600)
}

// fromContainer turns an address on this machine into one for a container.
func fromContainer(url string) string {
	return strings.Replace(url, "127.0.0.1", "host.docker.internal", 1)
}

// startLambda serves the functions that have no route.
func (s *stack) startLambda(ctx context.Context) error {
	port, err := parts.FreePort()
	if err != nil {
		return err
	}
	s.lambda, err = startServer(ctx, "start-lambda", s.envFile, filepath.Join(s.dir, "lambda.log"), port)
	if err != nil {
		return err
	}
	s.stops = append(s.stops, s.lambda.Stop)
	return nil
}

// makeKeys has the operator make root keys, signing keys and an API key.
func (s *stack) makeKeys(ctx context.Context) error {
	if err := s.call(ctx, "OperatorFunction", boot.OperatorRequest{Do: twofactor.OperatePrepare}, &boot.OperatorAnswer{}); err != nil {
		return err
	}
	var made boot.OperatorAnswer
	err := s.call(ctx, "OperatorFunction", boot.OperatorRequest{
		Do: twofactor.OperateCreateKey, Name: "local", Audience: audience, Tenants: []string{"*"},
		Scopes: []twofactor.Scope{twofactor.ScopeLogin, twofactor.ScopeUsers, twofactor.ScopeAdmin, twofactor.ScopeKeys},
	}, &made)
	if err == nil && made.Key == "" {
		err = fmt.Errorf("the operator made no API key; see %s", filepath.Join(s.dir, "lambda.log"))
	}
	s.apiKey = made.Key
	return err
}

// call invokes a function with a payload and reads its answer.
func (s *stack) call(ctx context.Context, function string, payload, answer any) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	url := s.lambda.URL + "/2015-03-31/functions/" + function + "/invocations"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("%s does not answer: %w", function, err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	var failure struct {
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}
	if json.Unmarshal(text, &failure) == nil && failure.Type != "" || response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s failed (%d): %s; see %s", function, response.StatusCode, failure.Message, filepath.Join(s.dir, "lambda.log"))
	}
	return json.Unmarshal(text, answer)
}
