@NullMarked
package io.cairn.node.service;

import org.jspecify.annotations.NullMarked;
