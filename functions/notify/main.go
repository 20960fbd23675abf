// Command notify is the Lambda function notify: it follows the table's stream,
// a schedule and what SES reports; see packages boot/notify and stream.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"sallyport/shared/boot"
	"sallyport/shared/boot/notify"
)

func main() {
	lambda.Start(boot.OrStop(notify.New()))
}
