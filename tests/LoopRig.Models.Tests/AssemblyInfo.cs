using Xunit;

// Tests count the live tensors of the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
