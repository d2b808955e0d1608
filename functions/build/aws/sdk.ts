/**
 * What we use of AWS's SDK, in one place: it is a file of its own beside the bundle (functions/bundle.ts), read when the
 * first disk goes to AWS. docs/decisions/0015.
 */
export {
  CompleteSnapshotCommand,
  EBSClient,
  PutSnapshotBlockCommand,
  StartSnapshotCommand,
} from '@aws-sdk/client-ebs'
export {
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  RegisterImageCommand,
} from '@aws-sdk/client-ec2'
