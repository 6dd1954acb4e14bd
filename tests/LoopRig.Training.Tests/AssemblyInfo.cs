using Xunit;

// Seeds and threads of libtorch belong to the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
