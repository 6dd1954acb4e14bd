using Xunit;

// Tests count live tensors, seeds and threads, which belong to the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
