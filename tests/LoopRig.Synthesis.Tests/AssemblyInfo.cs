using Xunit;

// libtorch's generator and thread count are the process's.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
